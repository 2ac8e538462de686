#pragma once

#include <map>
#include <string>
#include <vector>

#include <faceptor/datasets/aflw19.hpp>
#include <faceptor/datasets/cofw.hpp>
#include <faceptor/synthetic/impl/label_lines.hpp>

namespace faceptor::synthetic::detail {

/// Pictures, and one MATLAB file with what is known of them.
class Aflw19Set final : public PictureFiles {
 public:
  Aflw19Set(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, nullptr) {}

  void add(const SetPicture& picture, Entry entry) override {
    const auto& [points, visible] = entry.face.landmarks.p19;
    faces_.push_back({below(picture, "data/flickr"), entry.face.box, points, visible});
  }
  void finish() override { data::write_aflw19(folder(), faces_); }

 private:
  std::vector<data::Aflw19Face> faces_;
};

/// A MATLAB file a split, with pixels and points; photos without colour have one channel.
class CofwSet final : public SetWriter {
 public:
  CofwSet(const SetPlan& plan, const std::filesystem::path& folder) {
    for (const auto& [split, share] : plan.format().splits) writers_.try_emplace(split, folder, split);
  }

  Entry store(const SetPicture&, const SyntheticSample& sample) const override {
    return {.encoded = {}, .image = sample.image, .face = sample.face};
  }
  void add(const SetPicture& picture, Entry entry) override {
    const auto& [points, visible] = entry.face.landmarks.p29;
    writers_.at(picture.split).add(entry.image, points, visible, entry.face.appearance.grey);
  }
  void finish() override {
    for (auto& [split, writer] : writers_) writer.finish();
  }

 private:
  std::map<std::string, data::CofwWriter> writers_;
};

}  // namespace faceptor::synthetic::detail
