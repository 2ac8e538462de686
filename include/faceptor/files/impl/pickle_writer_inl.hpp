#pragma once

#include <utility>

#include <faceptor/files/pickle_writer.hpp>

namespace faceptor::files::pickle {

FACEPTOR_INLINE Writer::Writer(int protocol) : protocol_(protocol), bytes_("\x80") { bytes_ += static_cast<char>(protocol); }

FACEPTOR_INLINE std::string Writer::named(std::string_view module, std::string_view name) {
  std::string opcode = "c";
  ((opcode += module) += '\n') += name;
  return opcode += '\n';
}

FACEPTOR_INLINE void Writer::value(std::string_view opcodes) {
  if (!open_.empty()) {
    Open& inside = open_.back();
    if (inside.batch > 0 && inside.count > 0 && inside.count % inside.batch == 0) (bytes_ += inside.close) += inside.mark;
    ++inside.count;
  }
  bytes_ += opcodes;
}

FACEPTOR_INLINE void Writer::integer(std::int64_t number) {
  if (number >= INT32_MIN && number <= INT32_MAX) {
    const auto narrow = static_cast<std::int32_t>(number);
    value("J");
    this->number(&narrow, 4);
  } else {
    value("\x8a\x08");
    this->number(&number, 8);
  }
}

FACEPTOR_INLINE void Writer::text(std::string_view utf8) {
  const auto length = static_cast<std::uint32_t>(utf8.size());
  value("X");
  number(&length, 4);
  bytes_ += utf8;
}

FACEPTOR_INLINE void Writer::bytes(std::span<const std::byte> raw) {
  const auto length = static_cast<std::uint32_t>(raw.size());
  value(protocol_ >= 3 ? "B" : "T");
  number(&length, 4);
  number(raw.data(), raw.size());
}

FACEPTOR_INLINE void Writer::begin(std::string_view empty, std::string_view mark, std::string_view close, std::size_t batch) {
  value(empty);
  bytes_ += mark;
  open_.push_back({mark, close, batch, 0});
}

FACEPTOR_INLINE void Writer::end() {
  bytes_ += open_.back().close;
  open_.pop_back();
}

FACEPTOR_INLINE std::string Writer::take() { return std::exchange(bytes_, {}); }

FACEPTOR_INLINE std::string Writer::finish() {
  bytes_ += '.';
  return take();
}

}  // namespace faceptor::files::pickle
