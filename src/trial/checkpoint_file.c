#include "trial/checkpoint_file.h"

#include "base/die.h"
#include "base/number.h"
#include "io/files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 16 }; /* reals, or bytes, handled at a time: no second copy of a model */

CheckpointWriter checkpoint_begin(const char *path, Backend *backend)
{
    return (CheckpointWriter){.path = path,
                              .file = files_begin(path),
                              .sum = hash_begin(),
                              .backend = backend,
                              .piece = alloc_zeroed(PIECE, sizeof(real))};
}

static void put(CheckpointWriter *writer, size_t size, const void *bytes)
{
    hash_add(writer->sum, size, bytes);
    if (fwrite(bytes, 1, size, writer->file) != size)
        die("%s: cannot be written: %s", writer->path, strerror(errno));
}

void checkpoint_put_text(CheckpointWriter *writer, const char *text)
{
    put(writer, strlen(text), text);
}

static int64_t piece_of(int64_t left) { return left < PIECE ? left : PIECE; }

void checkpoint_put_reals(CheckpointWriter *writer, const real *memory, int64_t count)
{
    for (int64_t done = 0; done < count; done += PIECE) {
        size_t bytes = (size_t)piece_of(count - done) * sizeof(real);
        writer->backend->download(writer->backend, bytes, memory + done, writer->piece);
        put(writer, bytes, writer->piece);
    }
}

void checkpoint_commit(CheckpointWriter *writer)
{
    fprintf(writer->file, "%s\n", hash_end(writer->sum).hex);
    files_commit(writer->file, writer->path);
    free(writer->piece);
}

const char *checkpoint_line(CheckpointReader *reader)
{
    ssize_t length = getline(&reader->line, &reader->room, reader->file);
    if (length < 1) die("%s: is cut off in its header", reader->path);
    if (reader->line[length - 1] == '\n') reader->line[length - 1] = '\0';
    return reader->line;
}

const char *checkpoint_field(CheckpointReader *reader, const char *name)
{
    const char *line = checkpoint_line(reader);
    size_t length = strlen(name);
    if (strncmp(line, name, length) || strncmp(line + length, " = ", 3))
        die("%s: expected '%s = …' in its header, found '%s'", reader->path, name, line);
    return line + length + 3;
}

int64_t checkpoint_count(CheckpointReader *reader, const char *name)
{
    int64_t count;
    const char *text = checkpoint_field(reader, name);
    if (!number_int(text, &count) || count < 0)
        die("%s: %s: expected a count, found '%s'", reader->path, name, text);
    return count;
}

static void check_version(CheckpointReader *reader)
{
    static const char title[] = "stepbench checkpoint ";
    char first[64] = "";
    if (!fgets(first, sizeof first, reader->file) || strncmp(first, title, strlen(title)))
        die("%s: is not a checkpoint", reader->path);
    first[strcspn(first, "\n")] = '\0';
    if (strtol(first + strlen(title), NULL, 10) != CHECKPOINT_VERSION)
        die("%s: is a checkpoint of version '%s'; this program reads version %d", reader->path,
            first + strlen(title), CHECKPOINT_VERSION);
}

/* Compares the file's length and its last line with what was written. Returns to the header. */
static void check_whole(CheckpointReader *reader)
{
    int64_t expected = checkpoint_count(reader, "bytes");
    long header = ftell(reader->file);
    fseek(reader->file, 0, SEEK_END);
    int64_t found = ftell(reader->file);
    if (found != expected)
        die("%s: is cut off: %" PRId64 " of %" PRId64 " bytes are there", reader->path, found,
            expected);

    char bytes[PIECE], tail[CHECKPOINT_TAIL + 1] = "";
    HashSum *sum = hash_begin();
    rewind(reader->file);
    for (int64_t left = expected - CHECKPOINT_TAIL; left > 0;) {
        size_t got = fread(bytes, 1, (size_t)piece_of(left), reader->file);
        if (got == 0) die("%s: cannot be read: %s", reader->path, strerror(errno));
        hash_add(sum, got, bytes);
        left -= (int64_t)got;
    }
    size_t got = fread(tail, 1, CHECKPOINT_TAIL, reader->file);
    Hash hash = hash_end(sum);
    if (got != CHECKPOINT_TAIL || memcmp(tail, hash.hex, HASH_LENGTH))
        die("%s: is damaged: its checksum does not match", reader->path);
    fseek(reader->file, header, SEEK_SET);
}

CheckpointReader checkpoint_open(const char *path)
{
    CheckpointReader reader = {.path = path, .file = fopen(path, "r")};
    if (!reader.file) die("%s: cannot be read: %s", path, strerror(errno));
    check_version(&reader);
    check_whole(&reader);
    return reader;
}

void checkpoint_get_reals(CheckpointReader *reader, Backend *backend, real *memory, int64_t count)
{
    real *piece = alloc_zeroed(PIECE, sizeof *piece);
    for (int64_t done = 0; done < count; done += PIECE) {
        size_t wanted = (size_t)piece_of(count - done);
        if (fread(piece, sizeof *piece, wanted, reader->file) != wanted)
            die("%s: cannot be read: %s", reader->path, strerror(errno));
        backend->upload(backend, wanted * sizeof *piece, piece, memory + done);
    }
    free(piece);
}

void checkpoint_close(CheckpointReader *reader)
{
    fclose(reader->file);
    free(reader->line);
}
