#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/impl/map_file.hpp>
#include <faceptor/datasets/record_io.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/tensor_view.hpp>

namespace faceptor::datasets {
namespace {

inline constexpr std::string_view kRecordSubject = "data: the record file";
inline constexpr std::uint32_t kRecordMagic = 0xced7230a;
inline constexpr std::uint32_t kRecordLength = (1U << 29) - 1;

/// One part of a record: which one, and its bytes. The cursor stands behind it afterwards.
struct RecordPart {
  std::uint32_t kind = 0;
  std::span<const std::byte> bytes;
};

RecordPart take_record_part(files::ByteCursor& cursor) {
  if (const auto magic = cursor.take<std::uint32_t>("magic number"); magic != kRecordMagic) {
    throw cursor.error(ErrorCode::format, "data: no record begins here", "magic number")
        .expected("0xced7230a")
        .found(fmt::format("{:#010x}", magic))
        .hint("do the .rec and .idx files belong together?");
  }
  const auto length = cursor.take<std::uint32_t>("length");
  RecordPart part{length >> 29, cursor.skip(length & kRecordLength, "record")};
  if (part.kind > 3) {
    throw cursor.error(ErrorCode::format, "data: a record is no whole one and no part", "length")
        .expected("0 to 3 in the upper 3 bits")
        .found(std::to_string(part.kind));
  }
  cursor.align(4);
  return part;
}

/// A record's bytes: in the mapping, or joined from its parts.
struct RecordBytes {
  std::span<const std::byte> bytes;
  std::shared_ptr<const std::vector<std::byte>> joined;
};

RecordBytes take_record(files::ByteCursor& cursor) {
  const auto first = take_record_part(cursor);
  if (first.kind == 0) return {first.bytes, nullptr};
  if (first.kind != 1) {
    throw cursor.error(ErrorCode::format, "data: a record begins with a later part of one", "length")
        .hint("do the .rec and .idx files belong together?");
  }
  auto joined = std::make_shared<std::vector<std::byte>>(first.bytes.begin(), first.bytes.end());
  for (;;) {
    const auto part = take_record_part(cursor);
    if (part.kind < 2) throw cursor.error(ErrorCode::format, "data: a record's last part is missing", "length");
    const auto magic = std::as_bytes(std::span(&kRecordMagic, 1));
    joined->insert(joined->end(), magic.begin(), magic.end());
    joined->insert(joined->end(), part.bytes.begin(), part.bytes.end());
    if (part.kind == 3) break;
  }
  return {*joined, joined};
}

RecordHeader take_record_header(files::ByteCursor& cursor) {
  RecordHeader header;
  header.flag = cursor.take<std::uint32_t>("flag");
  const auto label = cursor.take<float>("label");
  header.id = cursor.take<std::uint64_t>("id");
  header.id2 = cursor.take<std::uint64_t>("id2");
  if (header.flag == 0) {
    header.labels = {label};
    return header;
  }
  const auto labels = cursor.skip(std::uint64_t{header.flag} * sizeof(float), "labels");
  header.labels.resize(header.flag);
  std::memcpy(header.labels.data(), labels.data(), labels.size());
  return header;
}

/// A whole number up to `end`, which it leaves behind; nothing if there is none.
std::optional<std::uint64_t> take_index_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

RecordFile RecordFile::open(const std::filesystem::path& records, const std::filesystem::path& index) {
  RecordFile out;
  out.file_ = detail::map_file(records, "data: the records can't be read");
  out.name_ = records.string();
  const auto index_file = detail::map_file(index, "data: the records' index can't be read");
  const auto text = files::text_of(index_file->bytes());
  const auto size = out.file_->bytes().size();
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto fail = [&, whole = line](std::string_view what, std::string_view field, std::string expected) {
      throw Error(ErrorCode::format, fmt::format("data: {}", what))
          .where(fmt::format("{}, line {}, {}", index.string(), number, field))
          .expected(std::move(expected))
          .found(text::in_quotes(whole));
    };
    const auto key = take_index_number(line);
    if (!key) fail("a line of a record index has no key", "key", "a whole number");
    if (!line.starts_with('\t')) fail("a line of a record index has no tab behind its key", "key", "KEY\\tOFFSET");
    line.remove_prefix(1);
    const auto offset = take_index_number(line);
    if (!offset || !line.empty()) fail("a line of a record index has no offset", "offset", "a whole number");
    if (*offset >= size) fail("an offset lies outside the records", "offset", fmt::format("less than {}, the size of {}", size, out.name_));
    if (*offset % 4 != 0) fail("an offset is no place where a record can begin", "offset", "a multiple of 4");
    out.entries_.push_back({*key, *offset});
  }
  const auto refuse_twice = [&](auto member, std::string_view what) {
    const auto by = [member](const Entry& a, const Entry& b) { return a.*member < b.*member; };
    if (!std::ranges::is_sorted(out.entries_, by)) std::ranges::sort(out.entries_, by);
    const auto twice =
        std::ranges::adjacent_find(out.entries_, [member](const Entry& a, const Entry& b) { return a.*member == b.*member; });
    if (twice == out.entries_.end()) return;
    throw Error(ErrorCode::format, fmt::format("data: the record index has one {} twice", what))
        .where(fmt::format("{}, {}", index.string(), what))
        .found(std::to_string((*twice).*member));
  };
  if (out.entries_.empty()) throw Error(ErrorCode::format, "data: the record index has no lines").where(index.string());
  refuse_twice(&Entry::offset, "offset");
  refuse_twice(&Entry::key, "key");
  return out;
}

std::optional<std::size_t> RecordFile::find(std::uint64_t key) const noexcept {
  // Keys are 0, 1, 2, ... as a rule.
  if (key < entries_.size() && entries_[key].key == key) return key;
  const auto found = std::ranges::lower_bound(entries_, key, {}, &Entry::key);
  if (found == entries_.end() || found->key != key) return std::nullopt;
  return static_cast<std::size_t>(found - entries_.begin());
}

ImageRecord RecordFile::read(std::size_t position) const {
  const auto& entry = entries_.at(position);
  const auto name = fmt::format("{}, record {}", name_, entry.key);
  files::ByteCursor cursor(file_->bytes().subspan(entry.offset), name, kRecordSubject, entry.offset);
  auto [bytes, joined] = take_record(cursor);
  files::ByteCursor body(bytes, name, kRecordSubject, entry.offset + 8);
  ImageRecord record;
  record.header = take_record_header(body);
  record.content = body.skip(body.remaining(), "content");
  record.joined = std::move(joined);
  return record;
}

RecordHeader RecordFile::header(std::size_t position) const { return read(position).header; }

void RecordWriter::add(std::uint64_t key, const RecordHeader& header, std::span<const std::byte> content) {
  if (header.labels.size() != (header.flag == 0 ? 1 : header.flag)) {
    throw Error(ErrorCode::argument, "data: a record's labels are not as many as its flag says")
        .where(fmt::format("record {}", key))
        .expected(std::to_string(header.flag == 0 ? 1 : header.flag))
        .found(std::to_string(header.labels.size()));
  }
  std::string body;
  files::put_numbers(body, header.flag, header.flag == 0 ? header.labels[0] : 0.0F, header.id, header.id2);
  if (header.flag > 0) {
    for (const auto label : header.labels) files::put_numbers(body, label);
  }
  body += files::text_of(content);
  if (body.size() > kRecordLength) {
    throw Error(ErrorCode::argument, "data: a record is larger than the format can say")
        .where(fmt::format("record {}", key))
        .expected(fmt::format("at most {} bytes", kRecordLength))
        .found(std::to_string(body.size()));
  }
  if (records_.position() == 0) first_labels_ = header.flag;
  index_.write(fmt::format("{}\t{}\n", key, records_.position()));

  const std::string_view magic(reinterpret_cast<const char*>(&kRecordMagic), 4);
  const auto next_magic = [&](std::size_t from) {
    for (; from + 4 <= body.size(); from += 4) {
      if (std::string_view(body).substr(from, 4) == magic) return from;
    }
    return std::string::npos;
  };
  std::uint32_t kind = 0;
  for (std::size_t begin = 0;;) {
    const auto found = next_magic((begin + 3) / 4 * 4);
    const bool last = found == std::string::npos;
    const auto part = std::string_view(body).substr(begin, last ? std::string::npos : found - begin);
    const std::uint32_t this_kind = last ? (kind == 0 ? 0 : 3) : (kind == 0 ? 1 : 2);
    std::string frame(magic);
    files::put_numbers(frame, this_kind << 29 | static_cast<std::uint32_t>(part.size()));
    records_.write(frame);
    records_.write(part);
    records_.pad(4);
    if (last) return;
    kind = this_kind;
    begin = found + 4;
  }
}

void RecordWriter::rewrite_first(std::span<const float> labels) {
  // Behind the frame (8 bytes) and the header (24).
  constexpr std::uint64_t kLabels = 32;
  if (labels.empty() || labels.size() != first_labels_) {
    throw Error(ErrorCode::argument, "data: the first record has another number of labels")
        .expected(std::to_string(first_labels_))
        .found(std::to_string(labels.size()));
  }
  records_.rewrite(kLabels, std::as_bytes(labels));
}

void RecordWriter::finish() {
  records_.commit();
  index_.commit();
}

}  // namespace faceptor::datasets
