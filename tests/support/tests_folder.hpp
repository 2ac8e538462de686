#pragma once

#include <filesystem>

/// The folder `tests/` of the sources.
std::filesystem::path tests_folder();
