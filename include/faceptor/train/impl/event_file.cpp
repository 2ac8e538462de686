#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/train/event_file.hpp>

namespace faceptor::train {
namespace {

constexpr std::array<std::uint32_t, 256> crc32c_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    table[i] = crc;
  }
  return table;
}

/// The wire format of protocol buffers, as far as events need it: fields of varints, doubles, floats and bytes.
enum class WireType : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

/// Builds a message.
class ProtoWriter {
 public:
  void varint(unsigned field, std::uint64_t value) {
    key(field, WireType::varint);
    raw_varint(value);
  }
  void fixed64(unsigned field, double value) {
    key(field, WireType::fixed64);
    files::put_numbers(out_, value);
  }
  void fixed32(unsigned field, float value) {
    key(field, WireType::fixed32);
    files::put_numbers(out_, value);
  }
  void bytes(unsigned field, std::string_view value) {
    key(field, WireType::bytes);
    raw_varint(value.size());
    out_ += value;
  }
  const std::string& str() const noexcept { return out_; }

 private:
  void key(unsigned field, WireType type) { raw_varint((std::uint64_t{field} << 3) | static_cast<unsigned>(type)); }
  void raw_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>((value & 0x7FU) | 0x80U);
    out_ += static_cast<char>(value);
  }

  std::string out_;
};

// Fields of tensorflow.Event, Summary, Summary.Value, Summary.Image and SessionLog.
inline constexpr unsigned kEventWallTime = 1, kEventStep = 2, kEventVersion = 3, kEventSummary = 5, kEventSession = 7;
inline constexpr unsigned kSummaryValue = 1, kValueTag = 1, kValueSimple = 2, kValueImage = 4;
inline constexpr unsigned kImageHeight = 1, kImageWidth = 2, kImageColours = 3, kImageBytes = 4;
inline constexpr unsigned kSessionStatus = 1, kSessionStart = 1;

ProtoWriter new_event(std::int64_t step) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  ProtoWriter event;
  event.fixed64(kEventWallTime, now.count());
  if (step != 0) event.varint(kEventStep, static_cast<std::uint64_t>(step));
  return event;
}

/// Puts one value of a summary into an event. @param message  the value's message, its tag aside
std::string summary_event(std::string_view tag, std::int64_t step, const ProtoWriter& message) {
  ProtoWriter value;
  value.bytes(kValueTag, tag);
  ProtoWriter summary;
  summary.bytes(kSummaryValue, value.str() + message.str());
  auto event = new_event(step);
  event.bytes(kEventSummary, summary.str());
  return event.str();
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept {
  static constexpr auto kTable = crc32c_table();
  std::uint32_t crc = ~0U;
  for (const auto byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU];
  return ~crc;
}

std::uint32_t masked_crc32c(std::span<const std::byte> bytes) noexcept { return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U; }

EventFile::EventFile(const std::filesystem::path& folder, std::int64_t first_step) {
  static std::atomic<unsigned> counter{0};
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  // TensorBoard reads the files of a folder in the order of their names, whatever follows "tfevents.".
  for (int attempt = 0; attempt < 1000 && descriptor_ < 0; ++attempt) {
    path_ = folder / fmt::format("events.out.tfevents.{:010}.{:06}.{:04}", seconds, ::getpid(), counter++);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0)
    throw Error(ErrorCode::io, "train: the event file can't be created").where(path_.string()).found(std::strerror(errno));
  auto version = new_event(0);
  version.bytes(kEventVersion, "brain.Event:2");
  record(version.str());
  if (first_step > 0) {
    ProtoWriter session;
    session.varint(kSessionStatus, kSessionStart);
    auto restart = new_event(first_step);
    restart.bytes(kEventSession, session.str());
    record(restart.str());
  }
}

EventFile::~EventFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void EventFile::record(std::string_view bytes) {
  std::string whole;
  files::put_numbers(whole, std::uint64_t{bytes.size()});
  files::put_numbers(whole, masked_crc32c(std::as_bytes(std::span(whole))));
  whole += bytes;
  files::put_numbers(whole, masked_crc32c(std::as_bytes(std::span(bytes))));
  if (const int number = files::detail::write_all(descriptor_, std::as_bytes(std::span(whole))); number != 0) {
    throw Error(ErrorCode::io, "train: the event file can't be written").where(path_.string()).found(std::strerror(number));
  }
}

void EventFile::scalar(std::string_view tag, std::int64_t step, double value) {
  ProtoWriter message;
  message.fixed32(kValueSimple, static_cast<float>(value));
  record(summary_event(tag, step, message));
}

void EventFile::image(std::string_view tag, std::int64_t step, const Image& picture) {
  const auto png = encode_png(picture);
  ProtoWriter image;
  image.varint(kImageHeight, static_cast<std::uint64_t>(picture.height()));
  image.varint(kImageWidth, static_cast<std::uint64_t>(picture.width()));
  image.varint(kImageColours, 3);
  image.bytes(kImageBytes, {reinterpret_cast<const char*>(png.data()), png.size()});
  ProtoWriter message;
  message.bytes(kValueImage, image.str());
  record(summary_event(tag, step, message));
}

}  // namespace faceptor::train
