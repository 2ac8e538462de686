#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/json.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/files/sha256.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/train/checkpoints.hpp>

namespace faceptor::train {
namespace {

using weights::kCheckpointFormat, weights::kCheckpointInfo, weights::kCheckpointStep;
inline constexpr const char* kCheckpointHash = "sha256";

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

/// Over all that a checkpoint holds: its tensors and its metadata but for the hash itself.
std::string checkpoint_hash(const nn::NamedTensors& tensors, const files::Metadata& metadata) {
  files::Sha256 hash;
  hash.update(nn::content_hash(tensors));
  for (const auto& [name, value] : metadata) {
    if (name == kCheckpointHash) continue;
    hash.update(fmt::format("{}:{}{}:{}", name.size(), name, value.size(), value));
  }
  return hash.finish();
}

/// The files of a folder, those that can't be looked at left out. @throws Error(io) when it can't be listed
std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  std::filesystem::directory_iterator entry(folder, failed);
  for (const std::filesystem::directory_iterator end; !failed && entry != end; entry.increment(failed)) files.push_back(entry->path());
  if (failed) throw Error(ErrorCode::io, "train: the folder can't be listed").where(folder.string()).found(failed.message());
  return files;
}

}  // namespace

Checkpoints::Checkpoints(std::filesystem::path folder, CheckpointOptions options) : folder_(std::move(folder)), options_(options) {
  if (options_.newest < 1) throw Error(ErrorCode::argument, "train: at least one checkpoint must stay").found("0");
  files::make_folder(folder_);
  for (const auto& path : files_of(folder_)) {
    const auto name = path.filename().string();
    const bool unfinished = name.starts_with("step_") && name.find(".safetensors.part") != std::string::npos;
    std::error_code ignored;
    if (unfinished) std::filesystem::remove(path, ignored);
  }
}

std::filesystem::path Checkpoints::save(const Snapshot& snapshot) {
  return guarded("train: writing a checkpoint", [&] {
    nn::NamedTensors tensors;
    for (const auto& [name, tensor] : snapshot.tensors) {
      if (tensor.is_floating_point() && !torch::isfinite(tensor).all().item<bool>()) {
        throw Error(ErrorCode::argument, "train: a checkpoint must not hold numbers that are not finite").where(name);
      }
      tensors.emplace(name, tensor.detach().to(torch::kCPU).contiguous());
    }
    // A path in the configuration need not be UTF-8.
    const auto info = snapshot.info.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    files::Metadata metadata = {{kCheckpointFormat, "1"}, {kCheckpointStep, std::to_string(snapshot.step)}, {kCheckpointInfo, info}};
    metadata[kCheckpointHash] = checkpoint_hash(tensors, metadata);
    const auto path = folder_ / weights::checkpoint_name(snapshot.step);
    nn::save_tensors(path, tensors, metadata);
    prune();
    return path;
  });
}

std::vector<Checkpoints::Entry> Checkpoints::list() const { return weights::checkpoints_in(folder_); }

void Checkpoints::prune() const {
  const auto entries = list();
  for (std::size_t i = 0; i + options_.newest < entries.size(); ++i) {
    const auto& [step, path] = entries[i];
    if (step == kept_ || (options_.keep_every > 0 && step > 0 && step % options_.keep_every == 0)) continue;
    std::error_code failed;
    std::filesystem::remove(path, failed);
    if (failed) log(LogLevel::warning, fmt::format("train: {} can't be removed: {}", path.string(), failed.message()));
  }
}

Snapshot Checkpoints::load(const std::filesystem::path& path) {
  return guarded("train: reading a checkpoint", [&] {
    const auto file = files::SafetensorsFile::open(path);
    const auto& metadata = file.metadata();
    const auto entry = [&](const char* name) -> const std::string& {
      const auto it = metadata.find(name);
      if (it == metadata.end()) {
        throw Error(ErrorCode::format, "train: this is no checkpoint of a run")
            .where(path.string())
            .expected(std::string("an entry ") + name);
      }
      return it->second;
    };
    if (entry(kCheckpointFormat) != "1") {
      throw Error(ErrorCode::unsupported, "train: the checkpoint is of another version")
          .where(path.string())
          .expected("1")
          .found(entry(kCheckpointFormat));
    }
    Snapshot snapshot;
    for (const auto& view : file.tensors()) snapshot.tensors.emplace(view.name, nn::to_tensor(view, file.owner()).clone());
    // Of the copies: what is used is what was checked, even if the file changes.
    if (const auto hash = checkpoint_hash(snapshot.tensors, metadata); hash != entry(kCheckpointHash)) {
      throw Error(ErrorCode::format, "train: the checkpoint is damaged: its checksum is another")
          .where(path.string())
          .expected(entry(kCheckpointHash))
          .found(hash);
    }
    snapshot.info = parse_json(entry(kCheckpointInfo), "train", path.string());
    const auto step = whole_number(entry(kCheckpointStep));
    if (!snapshot.info.is_object() || !step) {
      throw Error(ErrorCode::format, "train: the checkpoint's step or info is not what this library writes").where(path.string());
    }
    snapshot.step = *step;
    return snapshot;
  });
}

std::optional<Snapshot> Checkpoints::newest() const {
  auto entries = list();
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    try {
      return load(entry->path);
    } catch (const Error& e) {
      log(LogLevel::warning, fmt::format("train: a checkpoint is passed over: {}", e.what()));
    }
  }
  return std::nullopt;
}

RunLock::RunLock(const std::filesystem::path& folder) {
  files::make_folder(folder);
  const auto path = folder / "lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    throw Error(ErrorCode::io, "train: the run's folder can't be written").where(path.string()).found(std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  const int number = errno;
  ::close(descriptor_);
  if (number == EWOULDBLOCK) {
    throw Error(ErrorCode::io, "train: another process is training in this folder")
        .where(folder.string())
        .hint("wait for it, or give another --out");
  }
  // Some network file systems have no locks: better a run without than none.
  descriptor_ = -1;
  log(LogLevel::warning, fmt::format("train: {} can't be locked: {}", path.string(), std::strerror(number)));
}

RunLock::~RunLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace faceptor::train
