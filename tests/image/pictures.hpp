#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/image/image.hpp>

/// Small pictures and folders that tests make for themselves.
namespace pictures {

/// A smooth coloured picture without symmetry: every turn of it differs.
inline faceptor::Image smooth(int width, int height) {
  faceptor::Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      auto* pixel = image.at(x, y);
      pixel[0] = static_cast<std::uint8_t>(30 + 200 * x / std::max(width, 1));
      pixel[1] = static_cast<std::uint8_t>(20 + 210 * y / std::max(height, 1));
      pixel[2] = static_cast<std::uint8_t>(120 + 100 * (x + y) / (width + height));
    }
  }
  return image;
}

/// The largest difference of a value; 256, more than any, between pictures of different sizes.
inline int distance(const faceptor::Image& a, const faceptor::Image& b) {
  if (a.width() != b.width() || a.height() != b.height()) return 256;
  int worst = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) worst = std::max(worst, std::abs(int{a.pixels()[i]} - int{b.pixels()[i]}));
  return worst;
}

inline std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

inline void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// A folder of one test, removed with all it holds at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static int counter = 0;
    path_ = std::filesystem::temp_directory_path() / ("faceptor-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
    std::filesystem::create_directories(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace pictures
