# Finds LibTorch: CMAKE_PREFIX_PATH or Torch_DIR first, then the active Python's torch package. Sets Torch_FOUND.
# Installed beside the package config, so that a user's project looks in the same places.
find_package(Torch 2.4 QUIET)
if(NOT Torch_FOUND)
  # Not cached: another Python may be active at the next configure.
  unset(faceptor_python CACHE)
  if(DEFINED ENV{VIRTUAL_ENV})
    find_program(faceptor_python NAMES python3 python HINTS $ENV{VIRTUAL_ENV}/bin)
  else()
    find_program(faceptor_python NAMES python3 python)
  endif()
  if(faceptor_python)
    execute_process(
      COMMAND ${faceptor_python} -c
        "import importlib.util as u, os; print(os.path.join(os.path.dirname(u.find_spec('torch').origin), 'share', 'cmake'))"
      OUTPUT_VARIABLE faceptor_torch_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(faceptor_torch_prefix)
      find_package(Torch 2.4 QUIET PATHS ${faceptor_torch_prefix})
    endif()
  endif()
  unset(faceptor_python CACHE)
endif()
set(FACEPTOR_TORCH_NOT_FOUND
  "LibTorch 2.4 or newer was not found. Set CMAKE_PREFIX_PATH or Torch_DIR to a LibTorch, or activate a Python environment that has it (pip install torch).")
