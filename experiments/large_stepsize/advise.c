#include "studies.h"

#include "base/die.h"

int advise_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    die("advise: not written yet");
}
