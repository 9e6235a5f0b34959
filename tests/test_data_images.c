#include "problem/data.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

enum { SIDE = 4, PIXELS = SIDE * SIDE, IMAGES = 300, CLASSES = 5 };

static const DataOptions options = {.folder = "data/cache"};

static void put_big_endian(FILE *file, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8) fputc((int)(number >> shift & 0xff), file);
}

/* Random bytes but for the first two pixels, which say which image this is. */
static void write_images(const char *path, uint64_t seed, int count)
{
    FILE *file = fopen(path, "wb");
    put_big_endian(file, 0x803);
    put_big_endian(file, (uint32_t)count);
    put_big_endian(file, SIDE);
    put_big_endian(file, SIDE);
    Rng rng = rng_stream(seed, 0, RNG_DATA);
    for (int i = 0; i < count; i++) {
        fputc(i / 256, file), fputc(i % 256, file);
        for (int p = 2; p < PIXELS; p++) fputc((int)rng_below(&rng, 256), file);
    }
    fclose(file);
}

/* Label of image i: i mod 5. */
static void write_labels(const char *path, int count)
{
    FILE *file = fopen(path, "wb");
    put_big_endian(file, 0x801);
    put_big_endian(file, (uint32_t)count);
    for (int i = 0; i < count; i++) fputc(i % CLASSES, file);
    fclose(file);
}

/* idx:images=…,labels=…,EXTRA of IMAGES images, and 60 others for testing if asked. */
static const char *make_idx(const char *extra, bool test)
{
    static char spec[2048];
    const char *images = scratch_path("images"), *labels = scratch_path("labels");
    write_images(images, 1, IMAGES);
    write_labels(labels, IMAGES);
    int at = snprintf(spec, sizeof spec, "idx:images=%s,labels=%s", images, labels);
    if (test) {
        const char *others = scratch_path("test_images"), *their = scratch_path("test_labels");
        write_images(others, 2, 60);
        write_labels(their, 60);
        at += snprintf(spec + at, sizeof spec - (size_t)at, ",test_images=%s,test_labels=%s",
                       others, their);
    }
    if (*extra) snprintf(spec + at, sizeof spec - (size_t)at, ",%s", extra);
    return spec;
}

static Data *open_idx(const char *extra, bool test)
{
    return data_open(make_idx(extra, test), &options);
}

typedef struct {
    real pixels[IMAGES * PIXELS];
    int32_t labels[IMAGES];
} Batch;

static Batch batch;

static const Batch *take(Data *data, Split split, uint64_t seed, int64_t step, int64_t size)
{
    data->images(data, split, seed, step, size, batch.pixels, batch.labels);
    return &batch;
}

static bool same_image(const real *a, const real *b)
{
    return memcmp(a, b, PIXELS * sizeof *a) == 0;
}

/* How often image `image` is among the first `count` of a batch. */
static int times(const Batch *b, int64_t count, const real *image)
{
    int found = 0;
    for (int64_t i = 0; i < count; i++) found += same_image(b->pixels + i * PIXELS, image);
    return found;
}

Test(data_images, every_image_is_in_one_split)
{
    Data *data = open_idx("", false);
    cr_expect(eq(i64, data->classes, CLASSES));
    cr_expect(eq(i64, data->height, SIDE));
    cr_expect(eq(i64, data->width, SIDE));
    cr_expect(eq(i64, data->channels, 1));
    cr_expect(eq(i64, data->count[0] + data->count[1] + data->count[2], IMAGES));
    /* a sixth of 300: 50 with standard deviation 6.5; 5 of them */
    for (Split s = SPLIT_VALIDATION; s <= SPLIT_TEST; s++)
        cr_expect(lt(dbl, fabs((double)data->count[s] - IMAGES / 6.0), 33.0));

    int64_t seen = 0;
    static real all[IMAGES * PIXELS];
    for (Split s = SPLIT_TRAIN; s <= SPLIT_TEST; s++) {
        take(data, s, 1, 0, data->count[s]);
        memcpy(all + seen * PIXELS, batch.pixels, (size_t)data->count[s] * sizeof(real[PIXELS]));
        seen += data->count[s];
    }
    memcpy(batch.pixels, all, sizeof all);
    for (int i = 0; i < IMAGES; i++) cr_expect(eq(int, times(&batch, IMAGES, all + i * PIXELS), 1));
    data_free(data);
}

Test(data_images, a_given_test_set_is_the_test_set)
{
    Data *without = open_idx("", false), *with = open_idx("", true);
    cr_expect(eq(i64, with->count[SPLIT_TEST], 60));
    cr_expect(eq(i64, with->count[SPLIT_VALIDATION], without->count[SPLIT_VALIDATION]));
    cr_expect(eq(i64, with->count[SPLIT_TRAIN],
                 without->count[SPLIT_TRAIN] + without->count[SPLIT_TEST]));
    data_free(without);
    data_free(with);
}

/* The images are written twice: 300 copies, all of them with their originals. */
Test(data_images, copies_stay_in_one_split)
{
    const char *images = scratch_path("twice"), *labels = scratch_path("labels");
    write_images(images, 1, IMAGES);
    write_labels(labels, IMAGES);
    FILE *file = fopen(images, "r+b");
    static char half[IMAGES / 2 * PIXELS];
    fseek(file, 16, SEEK_SET);
    cr_assert(eq(sz, fread(half, 1, sizeof half, file), sizeof half));
    fseek(file, 16 + (long)sizeof half, SEEK_SET);
    fwrite(half, 1, sizeof half, file);
    fclose(file);
    char spec[600];
    snprintf(spec, sizeof spec, "idx:images=%s,labels=%s", images, labels);
    Data *data = data_open(spec, &options);
    for (Split s = SPLIT_TRAIN; s <= SPLIT_TEST; s++) {
        static Batch b;
        b = *take(data, s, 1, 0, data->count[s]);
        for (int64_t i = 0; i < data->count[s]; i++)
            cr_expect(eq(int, times(&b, data->count[s], b.pixels + i * PIXELS), 2));
    }
    data_free(data);
}

/* Sums over the training images themselves, in double; a float has 2^-24 relative rounding. */
Test(data_images, training_images_have_mean_0_and_variance_1)
{
    Data *data = open_idx("", true);
    int64_t n = data->count[SPLIT_TRAIN];
    take(data, SPLIT_TRAIN, 1, 0, n);
    double sum = 0, square = 0;
    for (int64_t i = 0; i < n * PIXELS; i++) {
        sum += (double)batch.pixels[i];
        square += (double)batch.pixels[i] * (double)batch.pixels[i];
    }
    cr_expect(epsilon_eq(dbl, sum / (double)(n * PIXELS), 0.0, 1e-6));
    cr_expect(epsilon_eq(dbl, square / (double)(n * PIXELS), 1.0, 1e-6));
    data_free(data);
}

Test(data_images, an_epoch_holds_every_image_once)
{
    Data *data = open_idx("", true);
    int64_t n = data->count[SPLIT_TRAIN];
    static Batch first, second;
    first = *take(data, SPLIT_TRAIN, 1, 0, n);
    second = *take(data, SPLIT_TRAIN, 1, 1, n);
    for (int64_t i = 0; i < n; i++)
        cr_expect(eq(int, times(&second, n, first.pixels + i * PIXELS), 1));
    cr_expect(memcmp(first.labels, second.labels, (size_t)n * sizeof(int32_t)) != 0,
              "another epoch has another order");
    data_free(data);
}

/* n = 7 k + r: some batches hold the end of one epoch and the beginning of the next. */
Test(data_images, batches_go_on_where_the_epoch_ends)
{
    enum { SIZE = 7 };
    Data *data = open_idx("", true);
    int64_t n = data->count[SPLIT_TRAIN];
    int seen[IMAGES] = {0};
    static Batch epoch;
    epoch = *take(data, SPLIT_TRAIN, 4, 0, n);
    for (int64_t step = 0; step < n; step++) { /* 7 epochs */
        const Batch *b = take(data, SPLIT_TRAIN, 4, step, SIZE);
        for (int64_t i = 0; i < SIZE; i++)
            for (int64_t k = 0; k < n; k++)
                seen[k] += same_image(b->pixels + i * PIXELS, epoch.pixels + k * PIXELS);
    }
    for (int64_t k = 0; k < n; k++) cr_expect(eq(int, seen[k], 7));
    data_free(data);
}

Test(data_images, a_batch_depends_on_seed_and_step_only)
{
    enum { SIZE = 16 };
    Data *data = open_idx("crop=1,flip=1", true);
    static Batch one;
    one = *take(data, SPLIT_TRAIN, 1, 20, SIZE);
    take(data, SPLIT_TRAIN, 1, 2, SIZE);
    take(data, SPLIT_TRAIN, 2, 20, SIZE);
    cr_expect(memcmp(batch.labels, one.labels, SIZE * sizeof(int32_t)) != 0, "another seed");
    take(data, SPLIT_TRAIN, 1, 20, SIZE);
    cr_expect(memcmp(batch.labels, one.labels, SIZE * sizeof(int32_t)) == 0);
    cr_expect(memcmp(batch.pixels, one.pixels, SIZE * PIXELS * sizeof(real)) == 0);
    data_free(data);
}

Test(data_images, behind_the_last_image_labels_do_not_count)
{
    enum { SIZE = 32 };
    Data *data = open_idx("", true);
    int64_t counted = 0;
    for (int64_t step = 0; step < data_batches(data, SPLIT_TEST, SIZE); step++) {
        take(data, SPLIT_TEST, 1, step, SIZE);
        for (int i = 0; i < SIZE; i++) counted += batch.labels[i] >= 0;
    }
    cr_expect(eq(i64, counted, 60));
    cr_expect(eq(i32, batch.labels[SIZE - 1], -1));
    data_free(data);
}

Test(data_images, a_subset_keeps_some_of_the_training_images)
{
    Data *all = open_idx("", true), *some = open_idx("subset=20", true);
    cr_expect(eq(i64, some->count[SPLIT_TRAIN], 20));
    cr_expect(eq(i64, some->count[SPLIT_VALIDATION], all->count[SPLIT_VALIDATION]));
    data_free(all);
    data_free(some);
}

/* Image i has label i mod 5, and its first two pixels say i. Pixels of the same byte have the same
 * standardised value; the labels of the images that are not noisy show which. 250 training
 * images: 50 ± 6.3 are expected to change at 20 %, and 5 standard deviations are allowed. */
Test(data_images, label_noise_changes_its_share_of_the_training_labels_only)
{
    Data *clean = open_idx("", true), *noisy = open_idx("label_noise=0.2", true);
    for (Split s = SPLIT_TRAIN; s <= SPLIT_TEST; s++) {
        int64_t n = clean->count[s], changed = 0;
        static Batch b;
        b = *take(clean, s, 1, 0, n);
        take(noisy, s, 1, 0, n);
        cr_expect(memcmp(b.pixels, batch.pixels, (size_t)(n * PIXELS) * sizeof(real)) == 0);
        for (int64_t i = 0; i < n; i++) {
            changed += b.labels[i] != batch.labels[i];
            cr_expect(batch.labels[i] >= 0 && batch.labels[i] < CLASSES);
        }
        double expected = s == SPLIT_TRAIN ? 0.2 * (double)n : 0.0;
        cr_expect(le(dbl, fabs((double)changed - expected), 5 * sqrt(0.8 * expected)));
    }
    data_free(clean);
    data_free(noisy);
}

/* With crop = 0 an image or its mirror image comes; each of n = 250 with probability 1/2. */
Test(data_images, a_flipped_image_is_the_mirror_image)
{
    Data *plain = open_idx("", true), *flipped = open_idx("flip=1", true);
    int64_t n = plain->count[SPLIT_TRAIN], mirrored = 0;
    static Batch b;
    b = *take(plain, SPLIT_TRAIN, 1, 0, n);
    take(flipped, SPLIT_TRAIN, 1, 0, n);
    for (int64_t i = 0; i < n; i++) {
        const real *from = b.pixels + i * PIXELS, *to = batch.pixels + i * PIXELS;
        if (same_image(from, to)) continue;
        mirrored++;
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++)
                cr_expect(from[y * SIDE + x] == to[y * SIDE + SIDE - 1 - x]);
    }
    cr_expect(lt(dbl, fabs((double)mirrored - (double)n / 2), 5 * sqrt((double)n / 4)));
    data_free(plain);
    data_free(flipped);
}

/* Shifted by (dy, dx), |.| <= 1, black outside: one of nine placements, all of them seen. */
Test(data_images, a_cropped_image_is_shifted_and_black_outside)
{
    Data *plain = open_idx("", true), *cropped = open_idx("crop=1", true);
    int64_t n = plain->count[SPLIT_TRAIN];
    static Batch b;
    b = *take(plain, SPLIT_TRAIN, 1, 0, n);
    take(cropped, SPLIT_TRAIN, 1, 0, n);
    real black = INFINITY;
    for (int64_t i = 0; i < n * PIXELS; i++) black = b.pixels[i] < black ? b.pixels[i] : black;
    int placed[3][3] = {{0}};
    for (int64_t i = 0; i < n; i++) {
        int fits = 0;
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++) {
                bool same = true;
                for (int y = 0; y < SIDE; y++)
                    for (int x = 0; x < SIDE; x++) {
                        int u = y + dy, v = x + dx;
                        bool in = u >= 0 && u < SIDE && v >= 0 && v < SIDE;
                        real from = in ? b.pixels[i * PIXELS + u * SIDE + v] : black;
                        same &= batch.pixels[i * PIXELS + y * SIDE + x] == from;
                    }
                fits += same;
                placed[dy + 1][dx + 1] += same;
            }
        cr_expect(eq(int, fits, 1));
    }
    for (int k = 0; k < 9; k++) cr_expect(lt(int, 0, placed[k / 3][k % 3]));
    data_free(plain);
    data_free(cropped);
}

Test(data_images, validation_images_are_never_augmented)
{
    Data *plain = open_idx("", true), *changed = open_idx("crop=1,flip=1", true);
    int64_t n = plain->count[SPLIT_VALIDATION];
    static Batch b;
    b = *take(plain, SPLIT_VALIDATION, 1, 0, n);
    take(changed, SPLIT_VALIDATION, 1, 0, n);
    cr_expect(memcmp(b.pixels, batch.pixels, (size_t)(n * PIXELS) * sizeof(real)) == 0);
    data_free(plain);
    data_free(changed);
}

/* ---- CIFAR: image i has byte (p + 80 c + i) mod 256 at pixel p of colour c, and label i mod 10 */

enum { CIFAR_PIXELS = 32 * 32, SHIFT = 80 };

static void write_cifar(const char *name, int labels, int first, int count)
{
    FILE *file = fopen(scratch_path(name), "wb");
    for (int i = first; i < first + count; i++) {
        if (labels == 2) fputc(19, file); /* the coarse label, which does not count */
        fputc(i % 10, file);
        for (int c = 0; c < 3; c++)
            for (int p = 0; p < CIFAR_PIXELS; p++) fputc((p + SHIFT * c + i) % 256, file);
    }
    fclose(file);
}

static const char *cifar_spec(void)
{
    static char spec[256];
    snprintf(spec, sizeof spec, "cifar:folder=%s", scratch.path);
    return spec;
}

/* The first pixel that is darker than the one before it: where the byte is 0 again. Up to there
 * and for 255 pixels from there on a colour brightens. */
static int find_descent(const real *image, int colour)
{
    int at = 0, descents = 0;
    for (int p = 256; p > 0; p--)
        if (image[3 * p + colour] < image[3 * (p - 1) + colour]) at = p, descents++;
    cr_expect(eq(int, descents, 1));
    return at;
}

static void check_cifar(int classes)
{
    enum { TESTED = 30 };
    static real pixels[TESTED * CIFAR_PIXELS * 3];
    int32_t label[TESTED];
    Data *data = data_open(cifar_spec(), &options);
    cr_expect(eq(i64, data->classes, classes));
    cr_expect(eq(i64, data->channels, 3));
    cr_expect(eq(i64, data->count[SPLIT_TEST], TESTED));
    data->images(data, SPLIT_TEST, 1, 0, TESTED, pixels, label);
    for (int k = 0; k < TESTED; k++) {
        const real *image = pixels + k * CIFAR_PIXELS * 3;
        int red = find_descent(image, 0), number = 256 - red; /* i, but for i = 0 */
        cr_expect(eq(i32, label[k], number % 256 % 10));
        for (int c = 1; c < 3; c++)
            cr_expect(eq(int, (red - find_descent(image, c) + 256) % 256, SHIFT * c % 256));
    }
    data_free(data);
}

Test(data_images, cifar_10_has_five_files_and_its_colours_side_by_side)
{
    for (int f = 1; f <= 5; f++) {
        char name[32];
        snprintf(name, sizeof name, "data_batch_%d.bin", f);
        write_cifar(name, 1, 30 + 20 * f, 20);
    }
    write_cifar("test_batch.bin", 1, 0, 30);
    check_cifar(10);
}

Test(data_images, cifar_100_has_two_labels_of_which_the_fine_one_counts)
{
    write_cifar("train.bin", 2, 50, 100);
    write_cifar("test.bin", 2, 0, 30);
    check_cifar(100);
}

static void open_spec(void *spec) { data_open(spec, &options); }

static bool dies(const char *spec, int exit_code, const char *sentence)
{
    Ending ending = dying_run(open_spec, (void *)spec);
    bool good = ending.exit_code == exit_code && strstr(ending.err, sentence);
    if (!good) fprintf(stderr, "exit %d: %s", ending.exit_code, ending.err);
    return good;
}

Test(data_images, damaged_files_are_one_clear_sentence)
{
    scratch_path("here");
    cr_expect(dies(cifar_spec(), 1, "expected data_batch_1.bin of CIFAR-10's"));
    write_cifar("train.bin", 2, 0, 3);
    cr_expect(eq(int, truncate(scratch_path("train.bin"), 9000), 0));
    cr_expect(dies(cifar_spec(), 1, "train.bin: is 9000 bytes, expected records of 3074"));
    write_cifar("train.bin", 2, 0, 0); /* nothing */
    cr_expect(dies(cifar_spec(), 1, "train.bin: is 0 bytes"));

    const char *spec = make_idx("", false);
    cr_expect(eq(int, truncate(scratch_path("images"), 1000), 0));
    cr_expect(dies(spec, 1, "images: is 984 bytes after its header, which its sizes do not match"));
    scratch_text("images", "not an IDX file at all");
    cr_expect(dies(spec, 1, "images: expected IDX images (magic number 0x00000803"));
    cr_expect(dies("idx:images=a", 2, "idx: expected images and labels"));
}

Test(data_images, too_few_images_for_a_split_are_refused)
{
    const char *images = scratch_path("few"), *labels = scratch_path("labels");
    write_images(images, 1, 2);
    write_labels(labels, 2);
    char spec[600];
    snprintf(spec, sizeof spec, "idx:images=%s,labels=%s", images, labels);
    cr_expect(dies(spec, 1, "of 2 images none is left for"));
}

Test(data_images, keys_out_of_range_are_refused)
{
    cr_expect(dies(make_idx("crop=4", false), 2, "crop: expected a number of pixels from 0 to 3"));
    cr_expect(dies(make_idx("label_noise=2", false), 2, "label_noise: expected a share"));
    cr_expect(dies(make_idx("subset=0", false), 2, "subset: expected a number from 1 to"));
    cr_expect(dies(make_idx("crops=1", false), 2, "unknown key 'crops'"));
}

/* ---- the sets of data/MANIFEST, where they are */

static void skip_without(const char *path)
{
    if (access(path, F_OK)) cr_skip("%s is not here: data/fetch.sh fetches it", path);
}

Test(data_images, digits_are_1797_images_of_8_by_8)
{
    skip_without("data/cache/digits/digits.csv.gz");
    Data *data = data_open("digits:subset=400,label_noise=0.2", &options);
    cr_expect(eq(i64, data->count[SPLIT_TRAIN], 400));
    cr_expect(eq(i64, data->height * data->width, 64));
    cr_expect(eq(i64, data->classes, 10));
    data_free(data);
    data = data_open("digits", &options);
    cr_expect(eq(i64, data->count[0] + data->count[1] + data->count[2], 1797));
    data_free(data);
}

Test(data_images, fashion_has_10000_images_for_testing)
{
    skip_without("data/cache/fashion/train-images-idx3-ubyte.gz");
    Data *data = data_open("fashion:crop=2,flip=1", &options);
    cr_expect(eq(i64, data->count[SPLIT_TEST], 10000));
    cr_expect(eq(i64, data->count[SPLIT_TRAIN] + data->count[SPLIT_VALIDATION], 60000));
    cr_expect(eq(i64, data->height, 28));
    data_free(data);
}
