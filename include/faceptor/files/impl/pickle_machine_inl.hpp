#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <string>
#include <unordered_map>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/impl/pickle_inl.hpp>
#include <faceptor/files/impl/tensor_view_inl.hpp>
#include <faceptor/files/pickle.hpp>

namespace faceptor::files::pickle {
namespace detail {

/// Whether text is UTF-8: no overlong forms, surrogates, or numbers above U+10FFFF.
FACEPTOR_INLINE bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (length == 0 || text.size() - i < length) return false;
    std::uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      code = code << 6 | (next & 0x3fu);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kLeast[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    i += length;
  }
  return true;
}

/// Whether a name is of a module that pickles run programs through, or of LibTorch, whose own names are all known. Nothing would be run
/// here: these are refused because no honest file has them.
FACEPTOR_INLINE bool may_run(std::string_view module, std::string_view name) {
  static constexpr std::string_view kModules[] = {
      "os",         "posix",    "nt",       "sys",      "subprocess", "builtins",    "__builtin__", "importlib",
      "runpy",      "ctypes",   "socket",   "shutil",   "pty",        "pickle",      "_pickle",     "marshal",
      "code",       "codeop",   "types",    "torch",    "signal",     "functools",   "operator",    "_operator",
      "webbrowser", "commands", "platform", "pip",      "asyncio",    "threading",   "timeit",      "pdb",
      "bdb",        "cProfile", "profile",  "trace",    "doctest",    "site",        "imp",         "zipimport",
      "pkgutil",    "http",     "urllib",   "requests", "dill",       "cloudpickle", "joblib",      "multiprocessing"};
  static constexpr std::string_view kHarmless[] = {"SimpleNamespace", "frozenset", "complex", "slice", "range",  "xrange", "bytearray",
                                                   "tuple",           "str",       "unicode", "bool",  "object", "long",   "Ellipsis",
                                                   "NotImplemented"};
  // Tensors and storages of kinds that are not read, and what describes them.
  static constexpr std::string_view kTorch[] = {"torch.Tensor",
                                                "torch.layout",
                                                "torch.memory_format",
                                                "torch.serialization._get_layout",
                                                "torch.storage.UntypedStorage",
                                                "torch.ComplexFloatStorage",
                                                "torch.ComplexDoubleStorage",
                                                "torch._utils._rebuild_tensor_v3",
                                                "torch._utils._rebuild_sparse_tensor",
                                                "torch._utils._rebuild_qtensor",
                                                "torch._utils._rebuild_nested_tensor",
                                                "torch._utils._rebuild_meta_tensor_no_storage",
                                                "torch._tensor._rebuild_from_type_v2",
                                                "torch.nn.parameter.Buffer"};
  const auto root = module.substr(0, module.find('.'));
  if (std::find(std::begin(kModules), std::end(kModules), root) == std::end(kModules)) return false;
  if (module.starts_with("torch.optim")) return false;
  if (root == "torch") {
    const auto whole = std::string(module) + "." + std::string(name);
    return std::find(std::begin(kTorch), std::end(kTorch), whole) == std::end(kTorch);
  }
  const bool plain = module == "builtins" || module == "__builtin__" || module == "types";
  return !plain || std::find(std::begin(kHarmless), std::end(kHarmless), name) == std::end(kHarmless);
}

/// The stack machine. Opcodes as in CPython's Lib/pickletools.py.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, const Options& options)
      : bytes_(bytes),
        options_(options),
        cursor_(bytes, options.where, "weights: the pickle", options.offset),
        max_nodes_(4096 + bytes.size() / 2) {}

  Document run() {
    document_.where_ = options_.where;
    if (bytes_.size() < 2 || cursor_.take<std::uint8_t>() != 0x80) fail("weights: these bytes are no pickle of protocol 2 or newer");
    const auto protocol = cursor_.take<std::uint8_t>();
    if (protocol < 2 || protocol > 5) {
      fail("weights: the pickle has a protocol that is not read", ErrorCode::unsupported, "found " + std::to_string(protocol));
    }
    while (step(cursor_.take<std::uint8_t>())) {
      if (stack_.size() > options_.max_stack || marks_.size() > options_.max_marks) {
        fail("weights: the pickle is nested too deeply", ErrorCode::limit);
      }
    }
    if (stack_.size() != 1 || !marks_.empty()) fail("weights: the pickle ends with an untidy stack");
    document_.root_ = stack_.back();
    document_.consumed_ = cursor_.position();
    return std::move(document_);
  }

 private:
  [[noreturn]] void fail(const std::string& what, ErrorCode code = ErrorCode::format, const std::string& hint = "") const {
    auto error =
        Error(code, what)
            .where((options_.where.empty() ? "" : options_.where + ", ") + "byte " + std::to_string(options_.offset + opcode_position_));
    throw hint.empty() ? error : error.hint(hint);
  }

  std::string_view take_text(std::uint64_t length) { return text_of(cursor_.skip(length)); }

  std::string_view take_line() {
    const auto end = text_of(bytes_.subspan(cursor_.position())).find('\n');
    const auto line = take_text(std::min(end, cursor_.remaining()));
    cursor_.skip(1);
    return line;
  }

  Cell make(Kind kind, std::string_view text = {}, std::vector<Cell> items = {}) {
    if (document_.nodes_.size() >= max_nodes_) fail("weights: the pickle makes too many values for its length", ErrorCode::limit);
    document_.nodes_.push_back({text, std::move(items), {}});
    Cell cell;
    cell.kind = kind;
    cell.node = static_cast<std::uint32_t>(document_.nodes_.size() - 1);
    return cell;
  }

  Node& node(const Cell& cell) { return document_.nodes_[cell.node]; }

  static Cell number(Kind kind, std::int64_t value) {
    Cell cell;
    cell.kind = kind;
    cell.integer = value;
    return cell;
  }

  void push(Cell cell) { stack_.push_back(cell); }

  /// What may be taken: nothing below the last mark.
  void need(std::size_t count) const {
    if (stack_.size() - (marks_.empty() ? 0 : marks_.back()) < count) fail("weights: the pickle takes from an empty stack");
  }

  Cell pop() {
    need(1);
    const auto cell = stack_.back();
    stack_.pop_back();
    return cell;
  }

  Cell& top(Kind kind) {
    need(1);
    if (stack_.back().kind != kind) {
      fail("weights: the pickle adds to something that is no " + std::string(to_string(kind)));
    }
    return stack_.back();
  }

  std::vector<Cell> pop_mark() {
    if (marks_.empty()) fail("weights: the pickle takes from an empty stack");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    marks_.pop_back();
    std::vector<Cell> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    return items;
  }

  std::vector<Cell> pop_count(std::size_t count) {
    need(count);
    std::vector<Cell> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }

  void append(Kind kind, const std::vector<Cell>& items) {
    need(1);
    // Elements of an object whose class is unknown, such as a dict of somebody's own.
    if (options_.passes_unknown && stack_.back().kind == Kind::object) return;
    auto& target = node(top(kind)).items;
    if (kind == Kind::dict && items.size() % 2 != 0) fail("weights: the pickle gives a dict a key without a value");
    target.insert(target.end(), items.begin(), items.end());
  }

  void text(std::uint64_t length) {
    const auto value = take_text(length);
    if (!is_utf8(value)) fail("weights: a text of the pickle is not UTF-8");
    push(make(Kind::text, value));
  }

  void long_integer(std::uint64_t length) {
    const auto value = take_text(length);
    if (length > 8) return push(make(Kind::big_integer, value));
    std::uint64_t bits = length > 0 && (value.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    std::memcpy(&bits, value.data(), value.size());
    push(number(Kind::integer, static_cast<std::int64_t>(bits)));
  }

  void real() {
    Cell cell;
    cell.kind = Kind::real;
    cell.real = *number_at<double>(cursor_.skip(8), 0, std::endian::big);
    push(cell);
  }

  void memoize(std::uint64_t index) {
    need(1);
    if (memo_.size() >= max_nodes_) fail("weights: the pickle remembers too many values for its length", ErrorCode::limit);
    memo_[index] = stack_.back();
  }

  void recall(std::uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) fail("weights: the pickle recalls a value that it never stored");
    push(found->second);
  }

  void global(std::string_view module, std::string_view name) {
    for (std::size_t i = 0; i < options_.allowed.size(); ++i) {
      const auto& allowed = options_.allowed[i];
      if (allowed.module != module || allowed.name != name) continue;
      auto& shared = globals_[i];
      if (shared.node == kNoNode) {
        document_.decoded_.push_back(std::string(module) + " " + std::string(name));
        shared = make(Kind::global, document_.decoded_.back());
        shared.integer = static_cast<std::int64_t>(i);
      }
      return push(shared);
    }
    if (options_.passes_unknown && !may_run(module, name) && module.size() + name.size() <= kLongestName) {
      auto& shared = unknown_[std::string(module) + " " + std::string(name)];
      if (shared.node == kNoNode) {
        document_.decoded_.push_back(std::string(module) + " " + std::string(name));
        shared = make(Kind::global, document_.decoded_.back());
        shared.integer = kUnknown;
      }
      return push(shared);
    }
    const auto asked = text::in_quotes(std::string(module) + "." + std::string(name));
    if (module.starts_with("torch.nn.")) {
      fail("weights: the pickle holds a whole model, of " + asked + ", not its weights", ErrorCode::unsupported,
           "in Python, torch.save(model.state_dict(), FILE) writes what is read here");
    }
    fail("weights: the pickle asks for " + asked + ", which no weights need", ErrorCode::unsupported,
         "the file may try to run a program: nothing of it was run; torch.save(model.state_dict(), FILE) writes the weights alone");
  }

  void stack_global() {
    const auto parts = pop_count(2);
    if (parts[0].kind != Kind::text || parts[1].kind != Kind::text) fail("weights: the pickle names a global by something else than text");
    global(node(parts[0]).text, node(parts[1]).text);
  }

  void call();
  std::vector<Cell> copied(const Cell& list);
  void encode(const std::vector<Cell>& arguments);
  void build();
  void persistent();
  bool step(std::uint8_t opcode);
  bool step_number(std::uint8_t opcode);
  bool step_text(std::uint8_t opcode);

  static constexpr std::int64_t kUnknown = -1;      // in place of a place in the list of those allowed
  static constexpr std::size_t kLongestName = 512;  // one may be asked for again and again by a few bytes

  std::span<const std::byte> bytes_;
  const Options& options_;
  ByteCursor cursor_;
  std::size_t max_nodes_;
  std::size_t opcode_position_ = 0;
  std::size_t decoded_bytes_ = 0, copied_cells_ = 0;
  std::vector<Cell> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, Cell> memo_;
  std::unordered_map<std::size_t, Cell> globals_;
  std::unordered_map<std::string, Cell> unknown_;
  Document document_;
};

}  // namespace detail

FACEPTOR_INLINE Document parse(std::span<const std::byte> bytes, const Options& options) { return detail::Machine(bytes, options).run(); }

}  // namespace faceptor::files::pickle

#include <faceptor/files/impl/pickle_opcodes_inl.hpp>
