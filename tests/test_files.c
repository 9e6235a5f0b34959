#include "io/files.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sys/stat.h>
#include <zlib.h>

Test(files, a_file_has_its_name_only_when_it_is_whole)
{
    const char *path = scratch_path("whole.txt"), *part = scratch_path("whole.txt.part");
    FILE *file = files_begin(path);
    fputs("abc\n", file);
    cr_expect(not(files_exist(path)));
    cr_expect(files_exist(part));
    files_commit(file, path);
    cr_expect(files_exist(path));
    cr_expect(not(files_exist(part)));

    size_t size;
    char *text = files_read(path, &size);
    cr_expect(eq(str, text, "abc\n"));
    cr_expect(eq(sz, size, 4));
    free(text);
}

Test(files, folders_are_made_with_their_parents_and_may_be_there_already)
{
    const char *deep = scratch_path("a/b/c");
    files_make_directory(deep);
    files_make_directory(deep);
    cr_expect(files_exist(deep));
    files_make_directory("/");
    files_make_directory(".");
}

/* Incompressible enough that the packed file is longer than zlib's buffers. */
static char *make_bytes(size_t size)
{
    char *bytes = malloc(size);
    unsigned state = 1;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

Test(files, gzip_is_unpacked_on_the_fly)
{
    enum { SIZE = 3000000 };
    char *bytes = make_bytes(SIZE);
    const char *path = scratch_path("packed.gz");
    gzFile packed = gzopen(path, "wb");
    gzwrite(packed, bytes, SIZE);
    gzclose(packed);

    size_t size;
    char *read = files_read(path, &size);
    cr_assert(eq(sz, size, SIZE));
    cr_expect(memcmp(read, bytes, SIZE) == 0);
    cr_expect(eq(chr, read[SIZE], '\0'));
    free(read);
    free(bytes);
}

static void read_file(void *path) { free(files_read(path, NULL)); }

static void refuses(const char *path, const char *words)
{
    Ending ending = dying_run(read_file, (void *)path);
    cr_expect(eq(int, ending.exit_code, 1), "%s", path);
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
}

Test(files, what_cannot_be_read_ends_the_program_in_words)
{
    refuses(scratch_path("absent"), "No such file");
    files_make_directory(scratch_path("folder"));
    refuses(scratch_path("folder"), "is a folder");
}

Test(files, a_cut_off_or_damaged_gzip_is_noticed)
{
    enum { SIZE = 100000 };
    char *bytes = make_bytes(SIZE);
    gzFile packed = gzopen(scratch_path("good.gz"), "wb");
    gzwrite(packed, bytes, SIZE);
    gzclose(packed);
    free(bytes);
    FILE *file = fopen(scratch_path("good.gz"), "rb");
    char *content = malloc(2 * SIZE);
    size_t size = fread(content, 1, 2 * SIZE, file);
    fclose(file);
    refuses(scratch_write("cut.gz", size / 2, content), "cut off");
    refuses(scratch_write("cut_late.gz", size - 4, content), "cut off");
    content[size / 2] ^= 1;
    refuses(scratch_write("damaged.gz", size, content), "cannot be read");
    free(content);
}

Test(files, replacing_with_the_same_bytes_leaves_the_file_alone)
{
    const char *path = scratch_text("kept", "same");
    struct stat before, after;
    stat(path, &before);
    cr_expect(not(files_replace(path, 4, "same")));
    stat(path, &after);
    cr_expect(eq(u64, before.st_ino, after.st_ino));
    cr_expect(files_replace(path, 5, "other"));
    cr_expect(not(files_replace(path, 5, "other")));
    cr_expect(files_replace(scratch_path("fresh"), 1, "x"));
}

static void fill_disk(void *path)
{
    FILE *file = files_begin(path);
    fputs("abc", file);
    files_commit(file, path);
}

Test(files, a_full_disk_ends_the_program_and_leaves_no_result)
{
    const char *path = scratch_path("full");
    cr_assert(eq(int, symlink("/dev/full", scratch_path("full.part")), 0));
    Ending ending = dying_run(fill_disk, (void *)path);
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(strstr(ending.err, "No space left on device") != NULL, "%s", ending.err);
    cr_expect(not(files_exist(path)));
}

/* A file renamed onto /dev/null would take its place. */
Test(files, a_device_or_a_folder_is_not_replaced_by_a_file)
{
    Ending device = dying_run(fill_disk, "/dev/null");
    cr_expect(eq(int, device.exit_code, 1));
    cr_expect(strstr(device.err, "is not a regular file") != NULL, "%s", device.err);
    cr_expect(not(files_exist("/dev/null.part")));
    Ending folder = dying_run(fill_disk, (void *)scratch_path("."));
    cr_expect(eq(int, folder.exit_code, 1));
}
