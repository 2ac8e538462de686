// What nearly every unit of this project includes, parsed once. A header must still include what it uses:
// tests/package compiles each alone.
#include <torch/torch.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
