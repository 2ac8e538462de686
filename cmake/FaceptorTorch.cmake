# Finds LibTorch: CMAKE_PREFIX_PATH or Torch_DIR first, then the active Python's torch package.
find_package(Torch 2.4 QUIET)
if(NOT Torch_FOUND)
  find_program(FACEPTOR_PYTHON NAMES python3 python HINTS $ENV{VIRTUAL_ENV}/bin)
  if(FACEPTOR_PYTHON)
    execute_process(
      COMMAND ${FACEPTOR_PYTHON} -c "import torch; print(torch.utils.cmake_prefix_path)"
      OUTPUT_VARIABLE faceptor_torch_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(faceptor_torch_prefix)
      find_package(Torch 2.4 QUIET PATHS ${faceptor_torch_prefix})
    endif()
  endif()
endif()
if(NOT Torch_FOUND)
  message(FATAL_ERROR
    "faceptor: LibTorch 2.4 or newer was not found. Set CMAKE_PREFIX_PATH or Torch_DIR to a LibTorch, "
    "or activate a Python environment that has it (pip install torch).")
endif()
