#include <faceptor/core/label_kind.hpp>

#include <array>
#include <set>
#include <string>

#include "support/catch.hpp"

using faceptor::LabelKind;

TEST_CASE("the library's kinds of label have the names that configurations say", "[core][label_kind]") {
  const std::array<std::pair<LabelKind, std::string_view>, 8> names = {{{LabelKind::none, "none"},
                                                                        {LabelKind::class_index, "class"},
                                                                        {LabelKind::age, "age"},
                                                                        {LabelKind::attributes, "attributes"},
                                                                        {LabelKind::landmarks, "landmarks"},
                                                                        {LabelKind::parsing, "parsing"},
                                                                        {LabelKind::values, "values"},
                                                                        {LabelKind::soft_maps, "soft_maps"}}};
  std::set<LabelKind> all;
  for (const auto& [kind, name] : names) {
    CHECK(kind.name() == name);
    all.insert(kind);
  }
  CHECK(all.size() == names.size());
}

TEST_CASE("a kind of one's own is the same wherever its name is the same", "[core][label_kind]") {
  static constexpr LabelKind kRotation{"rotation"};
  const std::string text = "rotation";
  CHECK(kRotation == LabelKind(text));
  CHECK(kRotation != LabelKind::values);
  CHECK(LabelKind("age") == LabelKind::age);
  static_assert(kRotation.name() == "rotation");
}
