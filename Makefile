# make               build the programs: build/cpu/NAME for every folder of experiments/
# make test          check packages, build, run every test: a line each, then the total
# make results       run what is out of date [PROFILE=quick|smoke|laptop|full] [JOBS=N]
# make plots         every figure as PDF, SVG and PNG in results/figures
# make figure LOG=F  your own training log, or what fit, forecast or plan --out wrote, as F.png
# make claims        the table of claims with their verdicts, the reference's without a run here
# make verify        recompute every verdict from the CSVs, with other code
# make report        results/report.html: one page, works offline
# make paper         paper/paper.pdf, every number taken from results/
# make readme        rewrite the README's findings and claims from results/reference
# make reference     keep the results of PROFILE as results/reference/PROFILE [NAMES=PROGRAM]
# make demo          a first figure, drawn in the terminal, within a minute
# make bench         timings against peers: results/bench
# make CUDA=1        the programs with --device cuda: build/cuda/NAME [GPU_ARCHS="80 90"]
# make test-gpu      the CUDA files against the CPU's, on the GPU of this machine
# make bench-gpu     timings of the CUDA files against the machine and PyTorch: results/gpu
# make gpu-kit       an archive for a GPU machine on which nothing can be installed
# make asan tsan     the tests under address and undefined behaviour, and thread, sanitizers
# make fuzz          ten minutes of damaged training logs for their readers (clang)
# make lint          format, clang-tidy, cppcheck, shellcheck: silent when clean
# make coverage      lines and branches that the tests reach: build/coverage/index.html
# make clean         remove build/
#
# B=build/x, CC=clang, ARCH=x86-64-v3, MPI=0 and OPT='-O0 -g' build elsewhere or otherwise.
# RESULTS=DIR draws and writes from DIR/NAME instead of results/NAME (or, where that
# is empty, results/reference/PROFILE/NAME).

B        ?= build/cpu
ifeq ($(origin CC),default)
CC       := gcc
endif
ARCH     ?= native
OPT      ?= -O3 -g
CFLAGS   ?= $(OPT) -march=$(ARCH)
PROFILE  ?= quick
VERSION  := 0.1.0

CPPFLAGS += -Isrc -I$B -D_GNU_SOURCE -MMD -MP
WARNINGS ?= -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
OPENMP   ?= -fopenmp
# The last two change no number: they say that nobody reads errno or floating-point flags.
NUMERICS := -ffp-contract=off $(OPENMP) -fno-math-errno -fno-trapping-math
# The OpenMP build of OpenBLAS by name: the generic libopenblas may be any of three.
BLAS_DIR := /usr/lib/$(shell $(CC) -dumpmachine | sed 's/-pc-/-/')/openblas-openmp
# L-BFGS-B from its archive: as a shared library it would bring a second BLAS.
LDLIBS   += -L$(BLAS_DIR) -Wl,-rpath,$(BLAS_DIR) -l:liblbfgsb.a -lopenblas -l:libgfortran.so.5 -lcjson -lmd -lpng -lz -lm

# Ranks: one file of src/comm meets the MPI library, Open MPI or MPICH, through what its compiler
# says; a build without one has alone.c in its place, and one rank.
MPI         ?= 1
MPICC       ?= mpicc
ifeq ($(MPI),1)
MPI_COMPILE := $(shell $(MPICC) --showme:compile 2>/dev/null || $(MPICC) -compile-info 2>/dev/null)
MPI_LINK    := $(shell $(MPICC) --showme:link 2>/dev/null || $(MPICC) -link-info 2>/dev/null)
endif
MPI_COMPILE := $(patsubst -I%,-isystem %,$(filter -I%,$(MPI_COMPILE)))
MPI_LINK    := $(filter -L% -l% -Wl%,$(MPI_LINK))
LDLIBS      += -Wl,--as-needed $(MPI_LINK) -Wl,--no-as-needed

# As many jobs as cores, unless told otherwise. (What -j was given shows in MAKEFLAGS only
# in recipes, so the words of the command line itself are asked; a make below inherits.)
GIVEN := $(shell tr '\0' '\n' </proc/$$PPID/cmdline 2>/dev/null | \
    grep -E '^(-[bBdeikLnqrRsStvw]*j|--jobs)')
ifeq ($(MAKELEVEL)$(GIVEN),0)
MAKEFLAGS += -j$(shell nproc)
endif

# ---- CUDA: the .cu files by nvcc for a GPU, or by g++ for the emulator of the tests

CXX_HOST := $(if $(filter default,$(origin CXX)),g++,$(CXX))
NVCC     ?= $(firstword $(shell command -v nvcc) $(wildcard /usr/local/cuda/bin/nvcc))
# What the toolkit here knows of these; the last one's PTX too, for what comes after.
GPU_ARCHS   ?= all
KNOWN_ARCHS  = $(eval KNOWN_ARCHS := $$(filter $(if $(filter all,$(GPU_ARCHS)),80 86 89 90 100,$(GPU_ARCHS:sm_%=%)),\
    $(patsubst sm_%,%,$(shell $(NVCC) --list-gpu-code 2>/dev/null))))$(KNOWN_ARCHS)
GENCODE      = $(foreach a,$(KNOWN_ARCHS),-gencode arch=compute_$a,code=sm_$a) \
    $(foreach a,$(lastword $(KNOWN_ARCHS)),-gencode arch=compute_$a,code=compute_$a)
COMMA := ,
SPACE := $(subst ,, )
# -fmad=false: a product and a sum are one instruction only where fmaf() says so, as on the CPU.
NVCCFLAGS ?= -O3 -lineinfo -march=$(ARCH)
# Where its libraries are, the toolkit itself is asked: the nvcc on the PATH may be a script
# or a link to one that stands elsewhere.
CUDA_LIBDIRS = $(eval CUDA_LIBDIRS := $$(filter-out %/stubs,$$(patsubst -L%,%,$$(filter -L%,$$(subst ",,$(shell \
    $(NVCC) --dryrun -x cu -c /dev/null 2>&1 | sed -n 's/^.. LIBRARIES=//p'))))))$(CUDA_LIBDIRS)
CUDA_LIBS  = $(CUDA_LIBDIRS:%=-L%) $(CUDA_LIBDIRS:%=-Wl,-rpath,%) -Wl,-rpath,'$$ORIGIN/lib' \
    -lcublas -lcublasLt -lcusolver -lcudart_static -ldl -lrt -lpthread

# Programs with CUDA stand in a folder of their own; their C objects are those of the others.
G          ?= $(if $(filter build/cpu,$B),build/cuda,$B/cuda)
CUDA_FILES := $(wildcard src/*/*.cu)
CUDA_OBJS  := $(CUDA_FILES:src/%.cu=$G/%.cu.o)
EMULATED   := $(CUDA_FILES:src/%.cu=$B/emulated/%.cu.o) \
    $(patsubst tests/emulator/%.cpp,$B/emulated/%.o,$(wildcard tests/emulator/*.cpp))

CORE       := $(patsubst src/%.c,$B/%.o,$(filter-out src/comm/$(if $(MPI_LINK),alone,mpi).c,$(wildcard src/*/*.c)))
NAMES      := $(sort $(patsubst experiments/%/,%,$(dir $(wildcard experiments/*/*.c))))
TESTS      := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/test_*.c))
BENCHES    := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/bench_*.c))
HELPERS    := $(patsubst tests/programs/%.c,$B/tests/%,$(wildcard tests/programs/*.c))
SHELLTESTS := $(wildcard tests/test_*.sh)

.PHONY: all test test-programs packages results plots figure claims verify report paper readme reference \
        no-nvcc test-gpu gpu-tests bench-gpu bench-gpu-emulated gpu-kit demo bench asan tsan fuzz lint coverage clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(if $(CUDA),$(if $(NVCC),$(NAMES:%=$G/%),no-nvcc),$(NAMES:%=$B/%))

no-nvcc:
	@echo "skipped: no nvcc on the PATH nor in /usr/local/cuda/bin, so nothing is built with CUDA"

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

# ---- programs

define program
$B/$1: $(patsubst %.c,$B/%.o,$(wildcard experiments/$1/*.c)) $B/libcore.a
	$$(CC) $$(CFLAGS) $$(NUMERICS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)

$B/emulated/$1: $(patsubst %.c,$B/%.o,$(wildcard experiments/$1/*.c)) $(EMULATED) $B/libcore.a
	$$(CXX_HOST) $$(CFLAGS) $$(NUMERICS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)

$G/$1: $(patsubst %.c,$B/%.o,$(wildcard experiments/$1/*.c)) $(CUDA_OBJS) $B/libcore.a
	$$(CXX_HOST) $$(CFLAGS) $$(NUMERICS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS) $$(CUDA_LIBS)
endef
$(foreach name,$(NAMES),$(eval $(call program,$(name))))

$B/libcore.a: $(CORE) $B/mpi_flags
	@$(if $(filter 1,$(MPI)),$(if $(MPI_LINK),:,echo "no MPI ($(MPICC)) here: building as with MPI=0, for one process"))
	@rm -f $@
	$(AR) rcs $@ $(CORE)

# The rooms of networks once more in double, for gradients by central differences.
DOUBLE_ROOMS := compute layers model optim problem
DOUBLE_CORE  := $(foreach room,$(DOUBLE_ROOMS),$(patsubst src/%.c,$B/double/%.o,$(wildcard src/$(room)/*.c))) \
    $(foreach room,base io,$(patsubst src/%.c,$B/%.o,$(wildcard src/$(room)/*.c)))
GRADIENTS    := $(filter $B/tests/test_gradient%,$(TESTS))

$B/libdouble.a: $(DOUBLE_CORE)
	@rm -f $@
	$(AR) rcs $@ $^

$B/double/%.o: src/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -DCOMPUTE_DOUBLE $(WARNINGS) $(CFLAGS) $(NUMERICS) -c -o $@ $<

$(GRADIENTS:=.o): CPPFLAGS += -DCOMPUTE_DOUBLE
$(GRADIENTS): $B/tests/%: $B/tests/%.o $B/libdouble.a
	$(CC) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

# Tests of the CUDA files: on the emulator, and the same programs for a GPU.
CUDA_TESTS := $(filter $B/tests/test_cuda%,$(TESTS))
GPU_TESTS  := $(CUDA_TESTS:$B/%=$G/%)
$(CUDA_TESTS): $B/tests/%: $B/tests/%.o $B/tests/cuda_compare.o $(EMULATED) $B/libcore.a
	$(CXX_HOST) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

# The emulator's own test: kernels with known faults.
EMULATOR_TEST := $B/tests/test_emulator
$(EMULATOR_TEST): $(EMULATOR_TEST).o $B/emulated/tests/emulator/probe.cu.o $(EMULATED) $B/libcore.a
	$(CXX_HOST) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

$(GPU_TESTS): $G/tests/%: $B/tests/%.o $B/tests/cuda_compare.o $(CUDA_OBJS) $B/libcore.a
	@mkdir -p $(@D)
	$(CXX_HOST) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(CUDA_LIBS) -lcriterion

# Their timings: for a GPU, and on the emulator to see that they run.
GPU_BENCH       := $G/tests/bench_gpu $G/tests/bench_gpu_step
BENCH_GPU_PARTS := $(patsubst tests/%.c,$B/tests/%.o,$(wildcard tests/gpu/*.c))
$G/tests/bench_gpu: $(BENCH_GPU_PARTS) $G/tests/gpu/peer_blas.cu.o $(CUDA_OBJS) $B/libcore.a
$G/tests/bench_gpu_step: $B/tests/bench_training_step.o $(CUDA_OBJS) $B/libcore.a
$(GPU_BENCH):
	@mkdir -p $(@D)
	$(CXX_HOST) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(CUDA_LIBS)

EMULATED_BENCH := $B/emulated/tests/bench_gpu $B/emulated/tests/bench_gpu_step
$B/emulated/tests/bench_gpu: $(BENCH_GPU_PARTS) $B/emulated/tests/gpu/peer_blas.cu.o $(EMULATED) $B/libcore.a
$B/emulated/tests/bench_gpu_step: $B/tests/bench_training_step.o $(EMULATED) $B/libcore.a
$(EMULATED_BENCH):
	@mkdir -p $(@D)
	$(CXX_HOST) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BENCH_GPU_PARTS): CPPFLAGS += -Itests

$B/emulated/%.o: tests/emulator/%.cpp $B/flags
	@mkdir -p $(@D)
	$(CXX_HOST) -Itests/emulator $(CPPFLAGS) -std=c++17 -Wall -Wextra -Wshadow -Werror $(CFLAGS) $(NUMERICS) -c -o $@ $<

define compile_emulated
	@mkdir -p $(@D)
	$(CXX_HOST) -x c++ -Itests/emulator $(CPPFLAGS) -DCUDA_ARENA_STEP='emulator_arena_step()' -DCUDA_HEAD_CHUNK=65536 -DCUDA_CONV_PATCHES=4096 -std=c++17 -Wall -Wextra -Wshadow -Werror \
	    -Wno-unknown-pragmas $(CFLAGS) $(NUMERICS) -c -o $@ $<
endef
$B/emulated/%.cu.o: src/%.cu $B/flags
	$(compile_emulated)
$B/emulated/tests/%.cu.o: tests/%.cu $B/flags
	$(compile_emulated)

$G/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(NVCC) $(CPPFLAGS) $(NVCCFLAGS) $(GENCODE)' > $@.part
	@cmp -s $@.part $@ && rm $@.part || mv $@.part $@

define compile_cuda
	@mkdir -p $(@D)
	$(NVCC) -ccbin $(CXX_HOST) $(CPPFLAGS) -std=c++17 -fmad=false $(GENCODE) -Werror all-warnings \
	    $(filter-out -march=%,$(NVCCFLAGS)) -Xcompiler -Wall,-Wextra,-ffp-contract=off,$(subst $(SPACE),$(COMMA),$(filter -march=%,$(NVCCFLAGS))) \
	    -c -o $@ $<
endef
$G/%.cu.o: src/%.cu $G/flags
	$(compile_cuda)
$G/tests/%.cu.o: tests/%.cu $G/flags
	$(compile_cuda)

$(filter-out $(GRADIENTS) $(CUDA_TESTS) $(EMULATOR_TEST),$(TESTS)): $B/tests/%: $B/tests/%.o $B/libcore.a
	$(CC) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

$(BENCHES): $B/tests/%: $B/tests/%.o $B/libcore.a
	$(CC) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(HELPERS): $B/tests/%: $B/tests/programs/%.o $B/libcore.a
	$(CC) $(CFLAGS) $(NUMERICS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Criterion's macros trip -Wconversion.
$B/tests/%.o: tests/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(filter-out -Wconversion,$(WARNINGS)) $(CFLAGS) $(NUMERICS) -c -o $@ $<

$B/experiments/%.o: experiments/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(NUMERICS) -c -o $@ $<

$B/%.o: src/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(NUMERICS) -c -o $@ $<

$B/io/manifest.o: $B/version.h
$B/comm/mpi.o: $B/mpi_flags
$B/comm/mpi.o: private CPPFLAGS += $(MPI_COMPILE)

# Three files that say how and from what this is built, touched only when they change:
# other flags rebuild everything, another commit one object.
COMPILE := $(strip $(CFLAGS) $(NUMERICS))

$B/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(WARNINGS) $(COMPILE)' > $@.part
	@cmp -s $@.part $@ && rm $@.part || mv $@.part $@

$B/mpi_flags: FORCE
	@mkdir -p $(@D)
	@echo '$(MPI_COMPILE) $(MPI_LINK)' > $@.part
	@cmp -s $@.part $@ && rm $@.part || mv $@.part $@

$B/version.h: FORCE
	@mkdir -p $(@D)
	@sh tests/tools/version.sh '$(VERSION)' '$(CC)' '$(COMPILE)' > $@.part
	@cmp -s $@.part $@ && rm $@.part || mv $@.part $@

FORCE:

# ---- tests

packages:
	@sh .ci/packages.sh build test

test-programs: $(TESTS) $(HELPERS) $(NAMES:%=$B/%)

# The packages first: nothing can be built before.
test: packages
	@$(MAKE) --no-print-directory -s test-programs
	@B=$B sh tests/tools/run.sh $(TESTS) $(SHELLTESTS)

# The longer trajectories are for a GPU, where they are quick. Without a device every test is
# skipped, and counted.
test-gpu: packages
	@$(if $(NVCC),$(MAKE) --no-print-directory -s $(GPU_TESTS) && \
	    MODEL_STEPS=50 B=$G sh tests/tools/run.sh $(GPU_TESTS),$(MAKE) --no-print-directory -s no-nvcc)

# One archive with everything that a GPU machine needs on which nothing can be installed.
gpu-kit:
	@$(if $(NVCC),$(MAKE) --no-print-directory -s B=build/kit ARCH=x86-64-v3 OPT=-O3 MPI=0 CUDA=1 all gpu-tests && \
	    sh tests/gpu/pack.sh $(NVCC) build/kit/cuda build/gpu-kit.tar.xz,$(MAKE) --no-print-directory -s no-nvcc)

gpu-tests: $(GPU_TESTS) $(GPU_BENCH)

bench-gpu: packages
	@$(if $(NVCC),$(MAKE) --no-print-directory -s $(GPU_BENCH) $G/annealing_law && \
	    G=$G sh tests/gpu/bench.sh,$(MAKE) --no-print-directory -s no-nvcc)

# Numbers of the emulator mean nothing: nothing is written.
bench-gpu-emulated: $(EMULATED_BENCH)
	@$B/emulated/tests/bench_gpu $B/emulated/tests/bench_gpu_step '' --tiny

# Leaks are looked for in one plain program: a command line's values live to the end, and
# the leak checker disturbs what forked tests print.
ASAN := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
asan: packages
	@$(MAKE) --no-print-directory -s B=build/asan OPT='$(ASAN)' test-programs
	@build/asan/tests/threads
	@B=build/asan ASAN_OPTIONS=detect_leaks=0 \
	    sh tests/tools/run.sh $(TESTS:$B/%=build/asan/%) tests/test_program.sh

# clang and libomp, whose Archer tells the sanitizer about OpenMP: into libgomp it cannot see.
# Criterion's processes do not run under it, so plain programs do.
tsan:
	@sh .ci/packages.sh build test lint
	@$(MAKE) --no-print-directory -s B=build/tsan CC=clang OPENMP=-fopenmp=libomp \
	    WARNINGS='-std=c11 -Wall' OPT='-O1 -g -fsanitize=thread' all build/tsan/tests/threads
	@export B=build/tsan OMP_NUM_THREADS=4 \
	    TSAN_OPTIONS='ignore_noninstrumented_modules=1 exitcode=66'; \
	    sh tests/tools/run.sh tests/test_threads.sh

fuzz:
	@B=$B sh tests/tools/fuzz.sh 600

coverage: packages
	@sh .ci/packages.sh coverage
	@$(MAKE) --no-print-directory -s B=build/coverage OPT='-O0 -g --coverage' test-programs
	@B=build/coverage sh tests/tools/run.sh $(TESTS:$B/%=build/coverage/%) $(SHELLTESTS)
	@gcovr --root . --filter src/ --filter experiments/ --object-directory build/coverage \
	    --html-details build/coverage/index.html --print-summary

lint:
	@sh .ci/packages.sh build test lint
	@sh tests/tools/lint.sh

# Each script runs the programs it needs; times and ratios to peers go to results/bench.
bench: $(BENCHES) $(NAMES:%=$B/%)
	@for bench in $(wildcard tests/bench/*.sh); do B=$B sh $$bench || exit 1; done

# ---- results: the programs know what is current, make does not have to

results: all
	@for name in $(NAMES); do \
	    $(if $(CUDA),$G,$B)/$$name $(if $(CUDA),--device cuda) --profile $(PROFILE) $(if $(JOBS),--jobs $(JOBS)) || exit $$?; done

# Where the files of experiment $1 are: RESULTS, else the last run here, else the reference.
REFERENCE := results/reference/$(PROFILE)
source = $(if $(RESULTS),$(RESULTS)/$1,$(if $(wildcard results/$1/run.txt),results/$1,$(REFERENCE)/$1))

FIGURES ?= results/figures
READY   := $(foreach name,$(NAMES),$(if $(wildcard $(call source,$(name))/trials.csv),$(name)))
SCRIPTS := $(foreach name,$(READY),$(wildcard plots/$(name)_*.gp))
DRAWN   := $(SCRIPTS:plots/%.gp=$(FIGURES)/.%.drawn)
SOURCES := $(foreach name,$(READY),$(call source,$(name)))
SEEN    := $(READY:%=$(FIGURES)/.%.seen)

# The reference is shown as it was judged; a run of one's own is judged anew.
claims: $(READY:%=$B/%)
	@$(foreach name,$(READY),$B/$(name) claims --out $(call source,$(name)) \
	    $(if $(filter results/reference/%,$(call source,$(name))),--print) &&) :

verify: $(READY:%=verify-%)
verify-%:
	@python3 plots/verify.py $(call source,$*) experiments/$*/claims.cfg

plots: $(DRAWN)
	@$(if $(READY),:,echo "nothing to draw: no results yet (make results)")

# One script, three formats, whose names .NAME.drawn keeps: none where these results have no rows of
# the figure, in the words of style.gp. A line of which this profile has no rows is no news.
define figure
$(FIGURES)/.$2.drawn: plots/$2.gp plots/style.gp $(FIGURES)/.$1.seen \
    $(if $(filter-out $(wildcard $(FIGURES)/$2.*),$(file < $(FIGURES)/.$2.drawn)),FORCE)
	@for term in svg pdf png; do file=$(FIGURES)/$2.$$$$term; drawn=; \
	    LC_ALL=C.UTF-8 gnuplot -e "dir='$(call source,$1)'; out='$$$$file.part'; term='$$$$term'" plots/style.gp $$< \
	        2> $$$$file.said && drawn=yes; \
	    grep -v 'warning: Skipping data file with no valid points$$$$' $$$$file.said >&2; rm -f $$$$file.said; \
	    [ "$$$$drawn" ] || exit 1; \
	    if grep -q 'no such rows in these results' $$$$file.part; then rm -f $(FIGURES)/$2.*; break; fi; \
	    mv $$$$file.part $$$$file && echo $$$$file; \
	done > $$@ && cat $$@
endef
$(foreach name,$(READY),$(foreach script,$(wildcard plots/$(name)_*.gp),\
    $(eval $(call figure,$(name),$(script:plots/%.gp=%)))))

# What the figures show, by content: tables written anew with the same bytes are the same.
$(SEEN): $(FIGURES)/.%.seen: FORCE
	@mkdir -p $(@D)
	@sha256sum $(call source,$*)/*.csv $(call source,$*)/run.txt $(wildcard results/bench/$*.csv results/reference/bench/$*.csv \
	    results/reference/laptop/$*/claims.csv) > $@.part
	@cmp -s $@.part $@ && rm $@.part || mv $@.part $@

figure:
	@[ -r '$(LOG)' ] || { echo "make figure LOG=run.csv: there is no file '$(LOG)'" >&2; exit 2; }
	@case $$(head -n 1 '$(LOG)') in \
	    step,rate,train_loss,validation_loss*) script=training_log ;; \
	    log,step,rate,loss,fitted,low,high | log,step,rate,loss,fitted,low,high,file) script=own_log_fit ;; \
	    paradigm,version,units,*) script=plan_updates ;; \
	    *) echo "make figure LOG=F: '$(LOG)' is neither a log of 'train' nor what 'fit --out', 'forecast --out' or 'plan --out' write" >&2; exit 2 ;; \
	    esac; LC_ALL=C.UTF-8 gnuplot -e "log='$(LOG)'; out='$(LOG:.csv=).png'; term='png'" \
	    plots/style.gp plots/$$script.gp && echo '$(LOG:.csv=).png'

FINDINGS := $(wildcard experiments/*/finding.txt)
report: results/report.html
results/report.html: plots/report.py plots/results.py $(FINDINGS) $(DRAWN) $(SEEN)
	@python3 plots/report.py --figures $(FIGURES) --out $@ $(SOURCES) && echo $@

paper: paper/paper.pdf
paper/values.tex: plots/tables.py plots/results.py $(FINDINGS) $(SCRIPTS) $(wildcard experiments/*/claims.cfg) $(SEEN)
	@python3 plots/tables.py paper paper $(SOURCES)

paper/paper.pdf: $(filter-out paper/values.tex,$(wildcard paper/*.tex)) paper/refs.bib paper/values.tex $(DRAWN)
	@mkdir -p build/paper
	@cd paper && latexmk -pdf -interaction=nonstopmode -halt-on-error -file-line-error -silent \
	    -outdir=../build/paper paper.tex > ../build/paper/latexmk.txt 2>&1 \
	    || { grep -aE '^[^ ]+:[0-9]+: |^! ' ../build/paper/paper.log; exit 1; }
	@cp build/paper/paper.pdf $@ && echo $@

readme:
	@python3 plots/tables.py readme README.md $(NAMES:%=results/reference/quick/%)

KEPT := trials.csv curves.csv network.csv summary.csv claims.csv timing.csv run.txt
reference:
	@for name in $(NAMES); do \
	    grep -qx 'run.profile = $(PROFILE)' results/$$name/run.txt \
	        || { echo "results/$$name is not of profile $(PROFILE)"; exit 1; }; \
	    mkdir -p $(REFERENCE)/$$name && for file in $(KEPT); do \
	        if [ -e results/$$name/$$file ]; then cp results/$$name/$$file $(REFERENCE)/$$name/; fi; done; done
	@$(MAKE) --no-print-directory RESULTS=$(REFERENCE) FIGURES=build/reference plots
	@mkdir -p $(REFERENCE)/figures && find build/reference -name '*.svg' -size -150k \
	    -exec cp {} $(REFERENCE)/figures/ \; # the larger ones can be drawn again

# ---- a first look

DEMO := large_stepsize
demo: $B/$(DEMO)
	@$B/$(DEMO) --profile smoke --out build/demo/$(DEMO)
	@LC_ALL=C.UTF-8 gnuplot -e "dir='build/demo/$(DEMO)'; out=''; term='dumb'" plots/style.gp plots/$(DEMO)_scaling.gp

clean:
	rm -rf build

-include $(shell find $B $(filter-out $B/%,$G) -name '*.d' 2>/dev/null)
