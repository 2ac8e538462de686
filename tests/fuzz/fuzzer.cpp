#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <faceptor/core/log.hpp>

#include "fuzz/targets.hpp"

// libFuzzer's side. One program for all targets: `faceptor_fuzz --target=jpeg CORPUS -max_total_time=20`. libFuzzer leaves arguments that
// begin with two dashes to us. `--list` prints the targets' names.

namespace {
const fuzz::Target* chosen = nullptr;
}

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  constexpr std::string_view kTarget = "--target=";
  for (int i = 1; i < *count; ++i) {
    const std::string_view argument((*arguments)[i]);
    if (argument == "--list") {
      for (const auto& target : fuzz::targets()) std::printf("%s\n", target.name.data());
      std::exit(0);
    }
    if (argument.starts_with(kTarget)) chosen = fuzz::find_target(argument.substr(kTarget.size()));
  }
  if (chosen == nullptr) {
    std::fprintf(stderr, "faceptor_fuzz: --target=NAME is missing or unknown; --list names them\n");
    std::exit(2);
  }
  faceptor::set_log_sink([](faceptor::LogLevel, std::string_view) {});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return chosen->run({reinterpret_cast<const std::byte*>(data), size});
}
