# Whether tensors of GPUs can go between processes. LibTorch says by a definition of its targets that it has NCCL in it, and its header of
# the process group includes nccl.h, which comes with PyPI's torch (nvidia-nccl-cuXX beside it) and not with LibTorch's archives.
# Sets FACEPTOR_WITH_NCCL, an option, and FACEPTOR_NCCL_INCLUDE_DIR.
set(faceptor_torch_has_nccl FALSE)
if(TARGET torch_cuda)
  get_target_property(faceptor_definitions torch_cuda INTERFACE_COMPILE_DEFINITIONS)
  if("USE_C10D_NCCL" IN_LIST faceptor_definitions)
    set(faceptor_torch_has_nccl TRUE)
  endif()
endif()

set(faceptor_nccl_found FALSE)
if(faceptor_torch_has_nccl)
  find_path(FACEPTOR_NCCL_INCLUDE_DIR nccl.h
    HINTS ${NCCL_ROOT} $ENV{NCCL_ROOT} ${TORCH_INSTALL_PREFIX}/../nvidia/nccl ${CUDA_TOOLKIT_ROOT_DIR} ${CUDAToolkit_ROOT}
    PATHS /usr/local/cuda PATH_SUFFIXES include)
  mark_as_advanced(FACEPTOR_NCCL_INCLUDE_DIR)
  if(FACEPTOR_NCCL_INCLUDE_DIR)
    set(faceptor_nccl_found TRUE)
  endif()
endif()

set(faceptor_nccl_advice
  "Install it (Debian: libnccl-dev; pip install nvidia-nccl-cu12, or -cu13, as LibTorch's CUDA), and say where with -DNCCL_ROOT=DIR if it isn't found.")
option(FACEPTOR_WITH_NCCL "Exchange tensors of GPUs between processes; needs a LibTorch with NCCL, and nccl.h" ${faceptor_nccl_found})
if(FACEPTOR_WITH_NCCL AND NOT faceptor_torch_has_nccl)
  message(FATAL_ERROR "faceptor: FACEPTOR_WITH_NCCL needs a LibTorch for CUDA that has NCCL; this one hasn't.")
elseif(FACEPTOR_WITH_NCCL AND NOT faceptor_nccl_found)
  message(FATAL_ERROR "faceptor: FACEPTOR_WITH_NCCL needs NCCL's header, nccl.h, which was not found. ${faceptor_nccl_advice} Or set FACEPTOR_WITH_NCCL=OFF: one GPU trains without it, several don't.")
elseif(faceptor_torch_has_nccl AND NOT faceptor_nccl_found)
  message(WARNING "faceptor: this LibTorch has NCCL, but its header, nccl.h, was not found: one GPU can train, several can't. ${faceptor_nccl_advice}")
endif()
