#pragma once

#include <map>
#include <string>

#include <fmt/format.h>

#include <faceptor/synthetic/impl/label_lines.hpp>
#include <faceptor/results/attribute_names.hpp>
#include <faceptor/files/pickle_writer.hpp>

namespace faceptor::synthetic::detail {

/// Pictures, CelebA's own two lists, and the pickle the published training reads. What the painter can't tell is no.
class CelebaSet final : public PictureFiles {
 public:
  CelebaSet(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, &lines, headers(plan)) {}

  void add(const SetPicture& picture, Entry entry) override {
    names_.push_back(below(picture, "data"));
    values_.push_back(entry.face.attributes);
    parts_[picture.split].push_back(static_cast<std::int64_t>(names_.size()) - 1);
    PictureFiles::add(picture, std::move(entry));
  }

  void finish() override {
    PictureFiles::finish();
    weights::pickle::Writer out;
    out.begin_dict();
    out.text("image_name");
    out.begin_list();
    for (const auto& name : names_) out.text(name);
    out.end();
    out.text("attr");
    out.begin_list();
    for (const auto& values : values_) {
      out.begin_list();
      for (const auto value : values) out.integer(value == 1 ? 1 : 0);
      out.end();
    }
    out.end();
    out.text("attr_name");
    out.begin_list();
    for (const auto name : results::kCelebaAttributeNames) out.text(name);
    out.end();
    out.text("partition");
    out.begin_dict();
    auto& both = parts_["trainval"] = parts_["train"];
    both.insert(both.end(), parts_["val"].begin(), parts_["val"].end());
    for (const auto& [split, indices] : parts_) {
      out.text(split);
      out.begin_list();
      for (const auto index : indices) out.integer(index);
      out.end();
    }
    out.end();
    out.end();
    write_text("label.pkl", out.finish());
  }

 private:
  static std::map<std::string, std::string> headers(const SetPlan& plan) {
    std::string names = std::to_string(plan.pictures().size()) + "\n";
    for (const auto name : results::kCelebaAttributeNames) (names += name) += ' ';
    return {{"list_attr_celeba.txt", names}};
  }
  static std::vector<Line> lines(const SetPicture& picture, const SyntheticFace& face) {
    const auto name = below(picture, "data");
    std::string values = name;
    for (const auto value : face.attributes) values += fmt::format(" {:>2}", value == 1 ? 1 : -1);
    return {{"list_attr_celeba.txt", values}, {"list_eval_partition.txt", fmt::format("{} {}", name, partition_number(picture.split))}};
  }

  std::vector<std::string> names_;
  std::vector<std::array<std::int8_t, 40>> values_;
  std::map<std::string, std::vector<std::int64_t>> parts_;
};

}  // namespace faceptor::synthetic::detail
