#pragma once

#include <exception>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>

/// The one exception type of this library.
///
///     try {
///       auto image = faceptor::read_image("photo.jpg");
///     } catch (const faceptor::Error& e) {
///       fmt::print(stderr, "{}\n", e.what());      // image: the file is empty (photo.jpg); expected a JPEG or PNG
///       if (e.code() == faceptor::ErrorCode::io) ...
///     }
///
/// Public functions let nothing else out: errors of LibTorch and of the standard library are turned into this one.
namespace faceptor {

/// What kind of thing went wrong, for programs that want to react.
enum class ErrorCode {
  io,           ///< a file can't be opened, read or written
  format,       ///< a file's bytes are not what its format says
  unsupported,  ///< well-formed, but a feature this library doesn't read or wasn't built with
  limit,        ///< larger than a cap allows
  shape,        ///< a tensor or image of the wrong shape or type
  argument,     ///< an option, name or value out of range
  mismatch,     ///< two things that don't belong together, such as weights and a model
  internal,     ///< a defect of this library or of one below it
};

/// The name of a code as it stands in JSON: "io", "format", ...
std::string_view to_string(ErrorCode code);

/// One clear sentence, and its parts.
class Error : public std::exception {
 public:
  /// @param code   what kind
  /// @param what   what failed, beginning with the room: `weights: tensor "a" is longer than its file`
  explicit Error(ErrorCode code, std::string what);

  /// Where: a file, record, byte, line, tensor or option.
  Error& where(std::string value) &;
  Error&& where(std::string value) &&;
  /// What would have been right.
  Error& expected(std::string value) &;
  Error&& expected(std::string value) &&;
  /// What was there instead.
  Error& found(std::string value) &;
  Error&& found(std::string value) &&;
  /// What was probably done wrong, or what to try.
  Error& hint(std::string value) &;
  Error&& hint(std::string value) &&;

  ErrorCode code() const noexcept { return code_; }
  const std::string& summary() const noexcept { return summary_; }
  const std::string& where() const noexcept { return where_; }
  const std::string& expected() const noexcept { return expected_; }
  const std::string& found() const noexcept { return found_; }
  const std::string& hint() const noexcept { return hint_; }

  /// All of it in one line: `summary (where): expected X, found Y; hint`.
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  void compose();

  ErrorCode code_;
  std::string summary_, where_, expected_, found_, hint_, message_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/core/impl/error_inl.hpp>
#endif
