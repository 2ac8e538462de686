#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>

/// A reader of Python's pickles that runs nothing.
///
/// A pickle is a program for a small stack machine, and Python's own reader lets it call anything. This one has the same machine,
/// but values in place of calls: names of globals are compared with a list of those allowed, before anything else happens, and a
/// call becomes a node that remembers what would have been called with what. Memory stays in proportion to the pickle's length,
/// shared values are shared, and nothing recurses, so values nested deeply, or in circles, are harmless.
///
///     const auto document = pickle::parse(bytes, {.allowed = allowed, .where = "flags.bin"});
///     for (std::size_t i = 0; i < document.root().size(); ++i) use(document.root().item(i).bytes());
namespace faceptor::files::pickle {

enum class Kind { none, boolean, integer, big_integer, real, text, bytes, list, tuple, set, dict, global, object, persistent };

/// "list", "text", ...
std::string_view to_string(Kind kind);

/// What a call of an allowed global gives.
enum class Call {
  never,         ///< a name only, such as a storage's type: calling it is refused
  object,        ///< an object with `callable()`, `arguments()` and perhaps a `state()`
  ordered_dict,  ///< a dict, from no arguments or a list of pairs
  default_dict,  ///< a dict; the argument, its factory, is forgotten
  set,           ///< a set, from no arguments or a list
  bytes,         ///< no bytes, from no arguments
  encode,        ///< bytes, from text and "latin1": how Python 3 writes them for Python 2
};

struct AllowedGlobal {
  std::string_view module, name;
  Call call = Call::object;
};

struct Options {
  /// Everything else is refused by name, unless `passes_unknown` is set. The list has to outlive the document.
  std::span<const AllowedGlobal> allowed = {};
  /// Whether names that are not allowed, and of no module that runs programs, become values without meaning: a global, and objects of what
  /// would have been called. Otherwise they are refused.
  bool passes_unknown = false;
  /// Whether references to things outside the pickle are allowed; they become `Kind::persistent`.
  bool persistent_ids = false;
  std::size_t max_stack = 1 << 16;
  std::size_t max_marks = 1 << 10;
  /// For messages: the file, and the byte of it where the pickle begins.
  std::string where = "";
  std::uint64_t offset = 0;
};

namespace detail {

inline constexpr std::uint32_t kNoNode = 0xffffffff;

/// What the machine's stack and its containers hold: small values themselves, larger ones by number.
struct Cell {
  Kind kind = Kind::none;
  std::uint32_t node = kNoNode;
  union {
    std::int64_t integer = 0;
    double real;
  };
};

struct Node {
  std::string_view text;
  std::vector<Cell> items;
  Cell extra;
};

class Machine;

}  // namespace detail

class Document;

/// One value of a document: cheap to copy, valid as long as the document.
class Value {
 public:
  Kind kind() const { return cell_.kind; }
  bool is(Kind kind) const { return cell_.kind == kind; }

  /// The typed contents. @throws Error(format) if the value is of another kind
  bool boolean() const;
  std::int64_t integer() const;
  double real() const;
  /// Text in UTF-8. The strings of Python 2, which may be either, are bytes; they are taken as text too.
  std::string_view text() const;
  std::span<const std::byte> bytes() const;
  /// A big integer's bytes, little-endian in two's complement.
  std::string_view digits() const;

  /// Elements of a list, tuple or set; pairs of a dict; 0 of all others.
  std::size_t size() const;
  Value item(std::size_t index) const;
  Value key(std::size_t index) const;
  Value value(std::size_t index) const;
  /// The value of a text key of a dict, the last one if it comes twice, or nothing; also of what is no dict.
  std::optional<Value> find(std::string_view key) const;

  /// "module name" of a global, or of what an object would have been made by; empty for all others.
  std::string_view name() const;
  /// What an object would have been made from, or a persistent reference's identity.
  Value argument() const;
  /// What would have been set on an object or dict after it was made; none if nothing was.
  Value state() const;
  /// The same number for the same shared value; nothing for those that are never shared.
  std::optional<std::uint32_t> identity() const;

 private:
  friend class Document;
  Value(const Document* document, detail::Cell cell) : document_(document), cell_(cell) {}
  const detail::Node& node() const;
  void require(Kind kind) const;

  const Document* document_;
  detail::Cell cell_;
};

/// The values of one pickle. Texts and bytes point into the pickle, which has to live as long.
class Document {
 public:
  Document() = default;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;

  Value root() const { return {this, root_}; }
  /// Where the pickle ended: bytes from its beginning to behind its STOP.
  std::size_t consumed() const { return consumed_; }
  /// All persistent references, in the order in which they were read.
  std::vector<Value> persistent() const;

 private:
  friend class Value;
  friend class detail::Machine;

  std::vector<detail::Node> nodes_;
  std::vector<detail::Cell> persistent_;
  std::deque<std::string> decoded_;
  detail::Cell root_;
  std::size_t consumed_ = 0;
  std::string where_;
};

/// Reads a pickle of protocol 2 to 5.
/// @throws Error(unsupported)  for a global that is not allowed, by name, and for opcodes and protocols not read
/// @throws Error(format)       for bytes that are no pickle, @throws Error(limit) for one that is nested beyond reason
Document parse(std::span<const std::byte> bytes, const Options& options);

}  // namespace faceptor::files::pickle

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/pickle_inl.hpp>
#endif
