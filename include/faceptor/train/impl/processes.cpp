#pragma once

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/train/processes.hpp>

#ifdef FACEPTOR_WITH_DISTRIBUTED
#include <faceptor/train/impl/process_group.hpp>
#endif

namespace faceptor::train {
namespace detail {

FACEPTOR_INLINE std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

FACEPTOR_INLINE std::int64_t environment_number(const char* name, std::int64_t least, std::int64_t most) {
  const auto text = environment_variable(name);
  std::int64_t value = 0;
  if (text) {
    const auto* end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, value);
    if (read.ec == std::errc() && read.ptr == end && value >= least && value <= most) return value;
  }
  throw Error(ErrorCode::argument, "train: a variable of the environment doesn't say how the processes meet")
      .where(name)
      .expected(fmt::format("a number from {} to {}", least, most))
      .found(text ? "\"" + *text + "\"" : "none")
      .hint("start with torchrun --no-python, or unset WORLD_SIZE to train in one process");
}

}  // namespace detail

FACEPTOR_INLINE ProcessPlace process_place() {
  ProcessPlace place;
  if (!detail::environment_variable("WORLD_SIZE")) return place;
  place.ranks = detail::environment_number("WORLD_SIZE", 1, 65536);
  if (place.ranks == 1) return place;
  place.rank = detail::environment_number("RANK", 0, place.ranks - 1);
  if (detail::environment_variable("LOCAL_RANK")) place.local_rank = detail::environment_number("LOCAL_RANK", 0, place.ranks - 1);
  place.address = detail::environment_variable("MASTER_ADDR").value_or("127.0.0.1");
  place.port = static_cast<std::uint16_t>(detail::environment_number("MASTER_PORT", 1, 65535));
  place.meeting = detail::environment_variable("TORCHELASTIC_RUN_ID").value_or("run") + "/" +
                  detail::environment_variable("TORCHELASTIC_RESTART_COUNT").value_or("0");
  place.store_elsewhere = detail::environment_variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
  return place;
}

FACEPTOR_INLINE bool many_processes_supported() noexcept {
#ifdef FACEPTOR_WITH_DISTRIBUTED
  return true;
#else
  return false;
#endif
}

FACEPTOR_INLINE std::shared_ptr<Communicator> join_processes(const ProcessPlace& place, ProcessOptions options) {
  if (place.ranks <= 1) return std::make_shared<SingleProcess>();
  if (detail::environment_variable("FACEPTOR_PROCESS_TIMEOUT")) {
    options.timeout = std::chrono::seconds(detail::environment_number("FACEPTOR_PROCESS_TIMEOUT", 1, 7 * 24 * 3600));
  }
#ifdef FACEPTOR_WITH_DISTRIBUTED
  return std::make_shared<detail::ProcessGroup>(place, options);
#else
  throw Error(ErrorCode::unsupported, "train: this build trains in one process only")
      .found(fmt::format("WORLD_SIZE {}", place.ranks))
      .hint("install gloo's headers (Debian: libgloo-dev) and build again with FACEPTOR_WITH_DISTRIBUTED=ON");
#endif
}

}  // namespace faceptor::train
