#include "base/hash.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

/* FIPS 180-2, appendix B.1, and the well-known hash of nothing. */
static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Test(hash, bytes_have_the_published_sha256)
{
    cr_expect(eq(str, hash_bytes(3, "abc").hex, (char *)abc));
    cr_expect(eq(str, hash_bytes(0, "").hex, (char *)nothing));
}

Test(hash, a_file_has_the_hash_of_its_bytes)
{
    cr_expect(eq(str, hash_file(scratch_text("abc", "abc")).hex, (char *)abc));
    cr_expect(eq(str, hash_file(scratch_text("empty", "")).hex, (char *)nothing));
}

Test(hash, one_flipped_bit_changes_it)
{
    cr_expect(ne(str, hash_bytes(3, "abc").hex, hash_bytes(3, "abb").hex));
}

static void hash_absent(void *context)
{
    (void)context;
    hash_file(scratch_path("absent"));
}

Test(hash, a_missing_file_ends_the_program_with_its_name)
{
    Ending ending = dying_run(hash_absent, NULL);
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(ne(ptr, strstr(ending.err, "absent: cannot be read: No such file"), NULL), "%s",
              ending.err);
}
