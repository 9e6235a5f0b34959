/* Recordings are CUDA graphs: one launch for all kernels of a step. */
#include "compute/cuda_context.cuh"

void cuda_record(Backend *backend)
{
    cuda_check(cudaStreamBeginCapture(cuda_stream(backend), cudaStreamCaptureModeThreadLocal));
}

void *cuda_recorded(Backend *backend)
{
    cudaGraph_t graph;
    cudaGraphExec_t recording;
    cuda_check(cudaStreamEndCapture(cuda_stream(backend), &graph));
    cuda_check(cudaGraphInstantiate(&recording, graph, 0));
    cuda_check(cudaGraphDestroy(graph));
    context_of(backend)->recordings++;
    return recording;
}

void cuda_replay(Backend *backend, void *recording)
{
    cuda_check(cudaGraphLaunch((cudaGraphExec_t)recording, cuda_stream(backend)));
}

void cuda_forget(Backend *backend, void *recording)
{
    cuda_check(cudaStreamSynchronize(cuda_stream(backend)));
    cuda_check(cudaGraphExecDestroy((cudaGraphExec_t)recording));
    context_of(backend)->recordings--;
}
