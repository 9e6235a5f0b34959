/* Images in folders: a sub-folder for each class, in the order of their names.
 *
 * With sub-folders "train" and "test" (or "val") the classes stand in these. libpng reads any PNG
 * as grey or as red, green and blue; all must have the size of the first. */
#include "problem/data_kinds.h"

#include "base/die.h"
#include "io/files.h"

#include <dirent.h>
#include <inttypes.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
    int count;
    char **name;
} Names;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_wanted(const char *folder, const char *name, bool folders)
{
    if (name[0] == '.') return false;
    size_t length = strlen(name);
    if (!folders) return length > 4 && !strcasecmp(name + length - 4, ".png");
    char *path = format_text("%s/%s", folder, name);
    bool wanted = is_folder(path);
    free(path);
    return wanted;
}

/* Sub-folders or PNG files of a folder, sorted by bytes. */
static Names list(const char *folder, bool folders)
{
    Names names = {0};
    DIR *directory = opendir(folder);
    if (!directory) die("%s: the folder cannot be read", folder);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!is_wanted(folder, entry->d_name, folders)) continue;
        names.name = alloc_resized(names.name, (size_t)names.count + 1, sizeof *names.name);
        names.name[names.count++] = format_text("%s", entry->d_name);
    }
    closedir(directory);
    if (names.count > 0) qsort(names.name, (size_t)names.count, sizeof *names.name, by_name);
    return names;
}

static void names_free(Names names)
{
    for (int i = 0; i < names.count; i++) free(names.name[i]);
    free(names.name);
}

/* Shape of the first image, which all others must have. */
static void require_shape(ImageSet *set, const png_image *png, const char *path)
{
    if (set->count == 0) {
        set->height = png->height;
        set->width = png->width;
        set->channels = png->format & PNG_FORMAT_FLAG_COLOR ? 3 : 1;
    }
    if (png->height != set->height || png->width != set->width)
        die("%s: %u x %u pixels, but the first image has %" PRId64 " x %" PRId64
            "; bring all to one size",
            path, png->height, png->width, set->height, set->width);
}

static void add_image(ImageSet *set, const char *path, int32_t label)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&png, path))
        die("%s: cannot be read: %s", path, png.message);
    require_shape(set, &png, path);
    png.format = set->channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    uint8_t *pixels = image_set_grow(set, 1);
    set->labels[set->count - 1] = label;
    const png_color black = {0, 0, 0};
    if (!png_image_finish_read(&png, &black, pixels, 0, NULL))
        die("%s: cannot be read: %s", path, png.message);
}

static void add_class(ImageSet *set, const char *folder, int32_t label)
{
    Names files = list(folder, false);
    for (int i = 0; i < files.count; i++) {
        char *path = format_text("%s/%s", folder, files.name[i]);
        add_image(set, path, label);
        free(path);
    }
    names_free(files);
}

static void add_classes(ImageSet *set, const char *folder, Names classes)
{
    for (int k = 0; k < classes.count; k++) {
        char *path = format_text("%s/%s", folder, classes.name[k]);
        add_class(set, path, k);
        free(path);
    }
}

/* FOLDER/NAME if that is a folder; the caller frees. */
static char *part(const char *folder, const char *name)
{
    char *path = format_text("%s/%s", folder, name);
    if (is_folder(path)) return path;
    free(path);
    return NULL;
}

static ImageSet read_folder(const char *folder)
{
    char *training = part(folder, "train"), *test = NULL;
    if (training) test = part(folder, "test");
    if (training && !test) test = part(folder, "val");
    const char *root = training ? training : folder;
    Names classes = list(root, true);
    ImageSet set = {.classes = classes.count};
    add_classes(&set, root, classes);
    set.test_from = set.count;
    if (test) add_classes(&set, test, classes);
    if (classes.count < 2 || set.count == 0)
        die("%s: expected a sub-folder of PNG files for each of two classes or more", root);
    names_free(classes);
    free(training);
    free(test);
    return set;
}

static Data *open_png(const Spec *spec, const DataOptions *options)
{
    (void)options;
    const char *folder = spec_text(spec, "folder", NULL);
    if (!folder) die_usage("png: expected a folder, as in png:folder=PATH");
    return data_images_open(read_folder(folder), spec);
}

const DataKind data_png = {
    .name = "png",
    .help = "folder=PATH,crop=0,flip=0,subset=N,label_noise=0: a sub-folder of PNG "
            "files for each class",
    .open = open_png};
