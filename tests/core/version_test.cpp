#include <faceptor/core/version.hpp>

#include <string>

#include <fmt/format.h>

#include <faceptor/core/config.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

#define FACEPTOR_TEXT_OF(...) #__VA_ARGS__
#define FACEPTOR_EXPANDED(...) FACEPTOR_TEXT_OF(__VA_ARGS__)

TEST_CASE("the version is one: in numbers, as text, and of the package", "[core][version]") {
  CHECK(fmt::format("{}.{}.{}", FACEPTOR_VERSION_MAJOR, FACEPTOR_VERSION_MINOR, FACEPTOR_VERSION_PATCH) == faceptor::kVersion);
  const auto lists = read_text(tests_folder().parent_path() / "CMakeLists.txt");
  CHECK(lists.find(fmt::format("project(faceptor VERSION {} ", faceptor::kVersion)) != std::string::npos);
}

TEST_CASE("bodies are inline where headers bring them along, and only there", "[core][config]") {
#ifdef FACEPTOR_HEADER_ONLY
  CHECK(std::string(FACEPTOR_EXPANDED(FACEPTOR_INLINE)) == "inline");
#else
  CHECK(std::string(FACEPTOR_EXPANDED(FACEPTOR_INLINE)).empty());
#endif
}
