#pragma once

#include <cstddef>
#include <cstdint>
#include <faceptor/core/config.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faceptor::files::pickle {

/// Writes Python's pickles, value after value; `parse` and Python read them.
///
///     pickle::Writer out(3);
///     out.begin_list();
///     out.bytes(jpeg);
///     out.end();
///     file.write(out.finish());
class Writer {
 public:
  /// @param protocol  2, which Python 2 reads too, or 3, which has bytes
  explicit Writer(int protocol = 2);

  void none() { value("N"); }
  void boolean(bool flag) { value(flag ? "\x88" : "\x89"); }
  void integer(std::int64_t number);
  /// @pre UTF-8 of less than 4 GiB
  void text(std::string_view utf8);
  /// Python 3's bytes; in protocol 2 a `str` of Python 2, which is bytes. @pre less than 4 GiB
  void bytes(std::span<const std::byte> raw);

  /// What is written until the matching `end()` is inside. A dict takes keys and values in turn.
  void begin_list() { begin("]", "(", "e", kBatch); }
  void begin_tuple() { begin("", "(", "t", 0); }
  void begin_dict() { begin("}", "(", "u", 2 * kBatch); }
  void begin_ordered_dict() { begin("ccollections\nOrderedDict\n)R", "(", "u", 2 * kBatch); }
  /// What is inside are the arguments of a call, or the parts of a reference to what lies outside the pickle.
  void begin_call(std::string_view module, std::string_view name) { begin(named(module, name), "(", "tR", 0); }
  void begin_persistent() { begin("", "(", "tQ", 0); }
  void end();
  /// A class or function by its name.
  void global(std::string_view module, std::string_view name) { value(named(module, name)); }

  /// What was written so far is taken out, so that pickles of any length go to a file piece by piece.
  std::string take();
  /// The rest, with the opcode that ends a pickle. @pre everything begun has ended
  std::string finish();

 private:
  // In batches, as Python's own pickler does it: readers limit their stacks.
  static constexpr std::size_t kBatch = 1000;
  struct Open {
    std::string_view mark, close;
    std::size_t batch, count;
  };
  static std::string named(std::string_view module, std::string_view name);
  void value(std::string_view opcodes);
  void begin(std::string_view empty, std::string_view mark, std::string_view close, std::size_t batch);
  void number(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }

  int protocol_;
  std::string bytes_;
  std::vector<Open> open_;
};

}  // namespace faceptor::files::pickle

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/pickle_writer_inl.hpp>
#endif
