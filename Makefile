# make              programs for the CPU
# make test         every test, a line each
B        ?= build/cpu
CC       ?= gcc
ARCH     ?= native
OPT      ?= -O3 -g
CFLAGS   ?= $(OPT) -march=$(ARCH)
PKG_CONFIG_PATH := /usr/lib/$(shell $(CC) -dumpmachine)/openblas-openmp/pkgconfig:$(PKG_CONFIG_PATH)
export PKG_CONFIG_PATH
CPPFLAGS += -Isrc -I$B -D_GNU_SOURCE -MMD -MP
WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
NUMERICS := -ffp-contract=off -fopenmp
BLAS_DIR := /usr/lib/$(shell $(CC) -dumpmachine)/openblas-openmp
LDLIBS   += -L$(BLAS_DIR) -Wl,-rpath,$(BLAS_DIR) -lopenblas -lcjson -lmd -lz -lm

CORE  := $(patsubst src/%.c,$B/%.o,$(wildcard src/*/*.c))
NAMES := $(notdir $(wildcard experiments/*))
TESTS := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/test_*.c))

.PHONY: all test clean
all: $(NAMES:%=$B/%)

test: $(TESTS)
	@status=0; for t in $^; do $$t || status=1; done; exit $$status

define program
$B/$1: $(patsubst %.c,$B/%.o,$(wildcard experiments/$1/*.c)) $B/libcore.a
	$$(CC) $$(CFLAGS) $$(NUMERICS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach name,$(NAMES),$(eval $(call program,$(name))))

$B/libcore.a: $(CORE)
	@rm -f $@
	$(AR) rcs $@ $^

$B/tests/%: tests/%.c $B/libcore.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(filter-out -Wconversion,$(WARNINGS)) $(CFLAGS) $(NUMERICS) -o $@ $^ $(LDLIBS) -lcriterion

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(NUMERICS) -c -o $@ $<

$B/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(NUMERICS) -c -o $@ $<

clean:
	rm -rf build

-include $(shell find $B -name '*.d' 2>/dev/null)
