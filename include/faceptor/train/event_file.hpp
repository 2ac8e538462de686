#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>

/// The files that TensorBoard reads: records of TFRecord framing, each with an `Event` of its protocol buffers.
///
///     EventFile events("runs/mine/tensorboard");
///     events.scalar("loss/total", step, 0.7);
///     events.image("samples/align_300w", step, picture);       // shown under IMAGES
///
/// Only what TensorBoard shows of a training run is written: scalars and pictures, and the mark of a restart.
namespace faceptor::train {

/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41), as iSCSI and TFRecord use it.
std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept;

/// As records store it: rotated and shifted, so that a checksum of data that hold checksums stays a good one.
std::uint32_t masked_crc32c(std::span<const std::byte> bytes) noexcept;

/// An event file being written. Each record goes to the file at once; a killed process leaves at most one torn record at the end,
/// which readers pass over.
class EventFile {
 public:
  /// Makes the folder where needed, and a new file in it; its name sorts behind those of earlier runs.
  /// @param first_step  where the run begins: what earlier files of the folder say of this step and later ones is withdrawn
  /// @throws Error(io)
  explicit EventFile(const std::filesystem::path& folder, std::int64_t first_step = 0);
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;
  ~EventFile();

  /// @param tag  such as "loss/age_morph2"; TensorBoard groups tags by what stands before the first '/'
  /// @throws Error(io)  as do all that write
  void scalar(std::string_view tag, std::int64_t step, double value);
  /// As a PNG. @throws Error(argument) for an empty picture
  void image(std::string_view tag, std::int64_t step, const Image& picture);

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  void record(std::string_view bytes);

  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace faceptor::train
