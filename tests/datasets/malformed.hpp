#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/image/write.hpp>

#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

/// Files with one fault each, and files with any fault.
namespace malformed {

/// A file, and what its refusal has to say.
struct Case {
  const char* name;
  std::string bytes;
  std::string where;  ///< a part of the error's place
  faceptor::ErrorCode code = faceptor::ErrorCode::format;
};

/// A new file, whatever was there: to write over an old one makes some file systems wait for the disk.
inline std::filesystem::path fresh(const TemporaryFolder& folder, std::string_view file, std::string_view bytes) {
  std::filesystem::remove(folder / file);
  return folder.write(file, bytes);
}

/// Each has to be refused by `use(path)` with one error that names the file and the place.
template <class Use>
void refuse(const TemporaryFolder& folder, std::string_view file, const std::vector<Case>& cases, Use&& use) {
  for (const auto& one : cases) {
    CAPTURE(one.name);
    const auto path = fresh(folder, file, one.bytes);
    try {
      use(path);
      FAIL_CHECK("it was read");
    } catch (const faceptor::Error& error) {
      CAPTURE(error.what());
      CHECK(error.code() == one.code);
      CHECK(error.where().find(one.where) != std::string::npos);
      CHECK(error.summary().starts_with("data: "));
      CHECK(std::string(error.what()).size() < 1000);
    }
  }
}

/// Every beginning of a file, and the file with each of its bytes changed in two ways: each is read well or ends with an `Error`.
/// Returns how many were refused.
template <class Use>
int survive(const TemporaryFolder& folder, std::string_view file, const std::string& sound, Use&& use) {
  int refused = 0;
  const auto attempt = [&](const std::string& bytes) {
    const auto path = fresh(folder, file, bytes);
    try {
      use(path);
    } catch (const faceptor::Error&) {
      ++refused;
    }
  };
  for (std::size_t length = 0; length < sound.size(); ++length) attempt(sound.substr(0, length));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (const int change : {0xff, 0x01}) {
      auto bytes = sound;
      bytes[i] = static_cast<char>(bytes[i] ^ change);
      attempt(bytes);
    }
  }
  return refused;
}

/// A number's bytes, least byte first.
template <class T>
std::string number(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

inline std::string text_of(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// `text` with another text of the same length in place of its `nth` occurrence of `from`.
inline std::string replaced(std::string text, std::string_view from, std::string_view to, int nth = 0) {
  auto at = text.find(from);
  for (; nth > 0; --nth) at = text.find(from, at + 1);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace malformed
