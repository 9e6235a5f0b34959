#include "problem/data.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <png.h>

enum { HEIGHT = 3, WIDTH = 5, IMAGES = 40 };

static const DataOptions options = {.folder = "data/cache"};

static void make_folder(const char *name) { mkdir(scratch_path(name), 0777); }

static void write_png(const char *name, uint32_t format, int height, int width,
                      const uint8_t *pixels)
{
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .format = format,
                     .height = (uint32_t)height,
                     .width = (uint32_t)width};
    cr_assert(png_image_write_to_file(&png, scratch_path(name), 0, pixels, 0, NULL));
}

/* Two classes of 40 images each, in FOLDER/a and FOLDER/b: random levels below 50, and in class a
 * each colour is 100 above the one before. */
static void write_classes(const char *folder, uint64_t seed, bool grey)
{
    char name[64];
    Rng rng = rng_stream(seed, 0, RNG_DATA);
    make_folder(folder);
    for (int k = 0; k < 2; k++) {
        snprintf(name, sizeof name, "%s/%c", folder, 'a' + k);
        make_folder(name);
        for (int i = 0; i < IMAGES; i++) {
            uint8_t pixels[HEIGHT * WIDTH * 3];
            int channels = grey ? 1 : 3;
            for (int p = 0; p < HEIGHT * WIDTH; p++) {
                int level = (int)rng_below(&rng, 50);
                for (int c = 0; c < channels; c++)
                    pixels[p * channels + c] = (uint8_t)(level + 100 * c * (k == 0));
            }
            snprintf(name, sizeof name, "%s/%c/%02d.png", folder, 'a' + k, i);
            write_png(name, grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB, HEIGHT, WIDTH, pixels);
        }
    }
}

static const char *png_spec(const char *folder)
{
    static char spec[300];
    snprintf(spec, sizeof spec, "png:folder=%s", scratch_path(folder));
    return spec;
}

/* The last colour of class a is 200 above that of b: on either side of the mean. */
Test(data_png, folders_are_classes_in_the_order_of_their_names)
{
    write_classes("set", 1, false);
    Data *data = data_open(png_spec("set"), &options);
    cr_expect(eq(i64, data->classes, 2));
    cr_expect(eq(i64, data->height, HEIGHT));
    cr_expect(eq(i64, data->width, WIDTH));
    cr_expect(eq(i64, data->channels, 3));
    cr_expect(eq(i64, data->count[0] + data->count[1] + data->count[2], 2 * IMAGES));
    int64_t n = data->count[SPLIT_TRAIN];
    real *pixels = malloc((size_t)n * HEIGHT * WIDTH * 3 * sizeof *pixels);
    int32_t labels[2 * IMAGES];
    data->images(data, SPLIT_TRAIN, 1, 0, n, pixels, labels);
    for (int64_t i = 0; i < n; i++) {
        const real *pixel = pixels + i * HEIGHT * WIDTH * 3;
        cr_expect(eq(i32, labels[i], pixel[2] > 0 ? 0 : 1));
    }
    free(pixels);
    data_free(data);
}

Test(data_png, grey_images_have_one_channel)
{
    write_classes("set", 1, true);
    Data *data = data_open(png_spec("set"), &options);
    cr_expect(eq(i64, data->channels, 1));
    data_free(data);
}

Test(data_png, a_folder_of_train_and_test_is_a_split)
{
    make_folder("set");
    write_classes("set/train", 1, false);
    write_classes("set/val", 2, false);
    Data *data = data_open(png_spec("set"), &options);
    cr_expect(eq(i64, data->count[SPLIT_TEST], 2 * IMAGES));
    cr_expect(eq(i64, data->count[SPLIT_TRAIN] + data->count[SPLIT_VALIDATION], 2 * IMAGES));
    data_free(data);
}

static void open_spec(void *spec) { data_open(spec, &options); }

static bool dies(const char *spec, int exit_code, const char *sentence)
{
    Ending ending = dying_run(open_spec, (void *)spec);
    bool good = ending.exit_code == exit_code && strstr(ending.err, sentence);
    if (!good) fprintf(stderr, "exit %d: %s", ending.exit_code, ending.err);
    return good;
}

Test(data_png, what_cannot_be_used_is_one_clear_sentence)
{
    cr_expect(dies("png:folder=/nowhere", 1, "/nowhere: the folder cannot be read"));
    cr_expect(dies("png", 2, "png: expected a folder"));
    make_folder("empty");
    cr_expect(dies(png_spec("empty"), 1, "empty: expected a sub-folder of PNG files for each"));

    write_classes("set", 1, false);
    uint8_t other[4 * WIDTH * 3] = {0};
    write_png("set/b/99.png", PNG_FORMAT_RGB, 4, WIDTH, other);
    cr_expect(dies(png_spec("set"), 1, "99.png: 4 x 5 pixels, but the first image has 3 x 5"));
    scratch_text("set/b/99.png", "not a picture");
    cr_expect(dies(png_spec("set"), 1, "99.png: cannot be read: "));
    write_png("set/b/99.png", PNG_FORMAT_RGB, HEIGHT, WIDTH, other);
    cr_expect(eq(int, truncate(scratch_path("set/b/99.png"), 50), 0));
    cr_expect(dies(png_spec("set"), 1, "99.png: cannot be read: "));
}
