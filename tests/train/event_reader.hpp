#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/files/mapped_file.hpp>
#include <faceptor/train/event_file.hpp>

/// Reads back what `faceptor::train::EventFile` wrote. It has numbers of its own for the fields, so that a wrong one is found.
namespace tensorboard {

using faceptor::Error;
using faceptor::ErrorCode;

/// What one event says: a scalar, a picture, the file's version, or that the run began anew.
struct Event {
  double wall_time = 0;  ///< seconds since 1970
  std::int64_t step = 0;
  std::string tag;           ///< empty for events that are neither scalar nor picture
  double value = 0;          ///< of a scalar
  std::string png;           ///< bytes of a picture
  int width = 0;             ///< of a picture, pixels
  int height = 0;            ///< of a picture, pixels
  std::string file_version;  ///< of the first event
  bool restart = false;      ///< what earlier files say from this step on is withdrawn
};

/// The wire format of protocol buffers, as far as events need it: fields of varints, doubles, floats and bytes.
enum class WireType : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

/// One field of a message that is read.
struct ProtoField {
  unsigned number = 0;
  WireType type = WireType::varint;
  std::uint64_t value = 0;  ///< of varints and fixed numbers
  std::string_view bytes{};
};

/// Reads a message field by field. @throws Error(format) where it ends too early or a field has an unknown type
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view message) : rest_(message) {}

  std::optional<ProtoField> next() {
    if (rest_.empty()) return std::nullopt;
    const auto key = raw_varint();
    ProtoField field{static_cast<unsigned>(key >> 3), static_cast<WireType>(key & 7U)};
    switch (field.type) {
      case WireType::varint: field.value = raw_varint(); return field;
      case WireType::fixed64: field.value = little_endian(8); return field;
      case WireType::fixed32: field.value = little_endian(4); return field;
      case WireType::bytes: field.bytes = take(raw_varint()); return field;
    }
    throw bad().found("a field of type " + std::to_string(key & 7U));
  }

 private:
  static Error bad() { return Error(ErrorCode::format, "train: a record of an event file is not a message"); }

  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) throw bad().expected(fmt::format("{} bytes more", count)).found(std::to_string(rest_.size()));
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::uint64_t little_endian(std::size_t count) {
    const auto taken = take(count);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{static_cast<unsigned char>(taken[i])} << (8 * i);
    return value;
  }
  std::uint64_t raw_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    throw bad().found("a number of more than 64 bits");
  }

  std::string_view rest_;
};

// Fields of tensorflow.Summary, Summary.Value and Summary.Image.
inline void read_summary(std::string_view message, Event& event) {
  for (ProtoReader summary(message); const auto item = summary.next();) {
    if (item->number != 1) continue;
    for (ProtoReader values(item->bytes); const auto field = values.next();) {
      if (field->number == 1) event.tag = field->bytes;
      if (field->number == 2) event.value = std::bit_cast<float>(static_cast<std::uint32_t>(field->value));
      if (field->number != 4) continue;
      for (ProtoReader image(field->bytes); const auto part = image.next();) {
        if (part->number == 1) event.height = static_cast<int>(part->value);
        if (part->number == 2) event.width = static_cast<int>(part->value);
        if (part->number == 4) event.png = part->bytes;
      }
    }
  }
}

// Fields of tensorflow.Event.
inline Event read_event(std::string_view message) {
  Event event;
  for (ProtoReader reader(message); const auto field = reader.next();) {
    if (field->number == 1) event.wall_time = std::bit_cast<double>(field->value);
    if (field->number == 2) event.step = static_cast<std::int64_t>(field->value);
    if (field->number == 3) event.file_version = field->bytes;
    if (field->number == 5) read_summary(field->bytes, event);
    if (field->number == 7) event.restart = true;
  }
  return event;
}

inline std::uint64_t little_number(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return value;
}

/// The events of a file that an `EventFile` wrote; other fields of TensorBoard's events are passed over. A torn record at the end
/// ends the list without an error.
/// @throws Error(io); Error(format) for a wrong checksum or a message that can't be one, naming the byte
inline std::vector<Event> read_events(const std::filesystem::path& path) {
  constexpr std::size_t kHead = 12;
  constexpr std::size_t kTail = 4;
  const auto file = faceptor::files::MappedFile::open(path);
  std::vector<Event> events;
  std::size_t at = 0;
  const auto wrong = [&](const char* what) {
    return Error(ErrorCode::format, std::string("train: a record's ") + what + " fails its checksum")
        .where(fmt::format("{}, byte {}", path.string(), at));
  };
  for (auto rest = file->bytes(); rest.size() >= kHead; rest = file->bytes().subspan(at)) {
    if (faceptor::train::masked_crc32c(rest.first(8)) != little_number(rest.subspan(8, 4))) throw wrong("length");
    const auto length = little_number(rest.first(8));
    if (length > rest.size() - kHead || rest.size() - kHead - length < kTail) break;
    const auto message = rest.subspan(kHead, length);
    if (faceptor::train::masked_crc32c(message) != little_number(rest.subspan(kHead + length, kTail))) throw wrong("content");
    try {
      events.push_back(read_event({reinterpret_cast<const char*>(message.data()), message.size()}));
    } catch (Error& e) {
      throw std::move(e).where(fmt::format("{}, byte {}", path.string(), at));
    }
    at += kHead + length + kTail;
  }
  return events;
}

}  // namespace tensorboard
