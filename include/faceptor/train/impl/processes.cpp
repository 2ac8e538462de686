#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include <faceptor/core/error.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/train/processes.hpp>

namespace faceptor::train {

std::unique_ptr<Communicator::Pending> SingleProcess::start_sum(const torch::Tensor&) {
  struct Done : Pending {
    void wait() override {}
  };
  return std::make_unique<Done>();
}

std::vector<std::string> gather_texts(Communicator& processes, const std::string& mine) {
  // A sum of tables in which each process fills its own row.
  const auto lengths = torch::zeros({processes.size()}, torch::kInt64);
  lengths[processes.rank()] = static_cast<std::int64_t>(mine.size());
  processes.sum(std::span(&lengths, 1));
  const auto* length = lengths.const_data_ptr<std::int64_t>();
  const auto longest = *std::max_element(length, length + processes.size());
  std::vector<std::string> texts(static_cast<std::size_t>(processes.size()));
  if (longest == 0) return texts;
  const auto table = torch::zeros({processes.size(), longest}, torch::kUInt8);
  auto* bytes = reinterpret_cast<char*>(table.data_ptr<std::uint8_t>());
  if (!mine.empty()) std::memcpy(bytes + processes.rank() * longest, mine.data(), mine.size());
  processes.sum(std::span(&table, 1));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i].assign(bytes + static_cast<std::int64_t>(i) * longest, static_cast<std::size_t>(length[i]));
  }
  return texts;
}

}  // namespace faceptor::train

#ifdef FACEPTOR_WITH_DISTRIBUTED
#include <faceptor/train/impl/process_group.hpp>
#endif

namespace faceptor::train {
namespace {

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

std::int64_t environment_number(const char* name, std::int64_t least, std::int64_t most) {
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

}  // namespace

torch::Device device_of_process(const std::string& name, const ProcessPlace& place) {
  auto device = device_named(name);
  if (device.is_cuda() && !device.has_index() && place.ranks > 1) {
    device = device_named("cuda:" + std::to_string(place.local_rank));  // an error where the machine has fewer
  }
  return device;
}

ProcessPlace process_place() {
  ProcessPlace place;
  if (!environment_variable("WORLD_SIZE")) return place;
  place.ranks = environment_number("WORLD_SIZE", 1, 65536);
  if (place.ranks == 1) return place;
  place.rank = environment_number("RANK", 0, place.ranks - 1);
  if (environment_variable("LOCAL_RANK")) place.local_rank = environment_number("LOCAL_RANK", 0, place.ranks - 1);
  place.address = environment_variable("MASTER_ADDR").value_or("127.0.0.1");
  place.port = static_cast<std::uint16_t>(environment_number("MASTER_PORT", 1, 65535));
  place.meeting =
      environment_variable("TORCHELASTIC_RUN_ID").value_or("run") + "/" + environment_variable("TORCHELASTIC_RESTART_COUNT").value_or("0");
  place.store_elsewhere = environment_variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
  return place;
}

bool many_processes_supported() noexcept {
#ifdef FACEPTOR_WITH_DISTRIBUTED
  return true;
#else
  return false;
#endif
}

std::shared_ptr<Communicator> join_processes(const ProcessPlace& place, ProcessOptions options) {
  if (place.ranks <= 1) return std::make_shared<SingleProcess>();
  if (environment_variable("FACEPTOR_PROCESS_TIMEOUT")) {
    options.timeout = std::chrono::seconds(environment_number("FACEPTOR_PROCESS_TIMEOUT", 1, 7 * 24 * 3600));
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
