#pragma once

#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <fstream>

#include "head_pose.hpp"

namespace extension {

/// A format of data sets: a folder with `poses.csv`, a line "yaw,pitch,roll" a face, in degrees. The pictures are painted when they are
/// read: a disc with eyes and a nose that sit where the pose puts them.
class PoseSet final : public faceptor::datasets::Dataset {
 public:
  static constexpr int kSide = 64;

  PoseSet(const std::filesystem::path& root, const std::string& split) {
    std::ifstream file(root / "poses.csv");
    if (!file) throw faceptor::Error(faceptor::ErrorCode::io, "pose set: there is no poses.csv").where(root.string());
    float yaw = 0, pitch = 0, roll = 0;
    char comma = 0;
    while (file >> yaw >> comma >> pitch >> comma >> roll) poses_.push_back({yaw, pitch, roll});
    info_ = {.format = "poses", .split = split, .root = root, .kind = Rotation::kKind};
  }
  const faceptor::datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return poses_.size(); }
  faceptor::datasets::Annotation annotation(std::size_t index) const override {
    const auto& [yaw, pitch, roll] = poses_.at(index);
    faceptor::datasets::Annotation made;
    made.name = "pose-" + std::to_string(index);
    made.label = faceptor::datasets::OwnLabel(Rotation::of(yaw, pitch, roll));
    made.columns["side"] = yaw < 0 ? "left" : "right";
    return made;
  }
  faceptor::datasets::Sample read(std::size_t index) const override {
    faceptor::datasets::Sample sample;
    static_cast<faceptor::datasets::Annotation&>(sample) = annotation(index);
    sample.image = painted(poses_.at(index));
    return sample;
  }

  static faceptor::Image painted(const HeadPose& pose) {
    faceptor::Image image(kSide, kSide);
    const auto r = Rotation::of(pose.yaw, pose.pitch, pose.roll).matrix;
    const auto spot = [&](float x, float y, float z) {  // a place on the unit sphere, z towards the camera
      return std::pair(32 + 24 * (r[0] * x + r[1] * y + r[2] * z), 32 + 24 * (r[3] * x + r[4] * y + r[5] * z));
    };
    const std::pair<float, float> spots[] = {spot(-0.4F, -0.3F, 0.85F), spot(0.4F, -0.3F, 0.85F), spot(0, 0.1F, 1), spot(0, 0.5F, 0.85F)};
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        auto* pixel = &image.pixels()[3 * (static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x))];
        const bool head = std::hypot(static_cast<float>(x) - 32, static_cast<float>(y) - 32) < 26;
        pixel[0] = pixel[1] = pixel[2] = head ? 200 : 40;
        for (std::size_t i = 0; i < 4; ++i) {
          if (std::hypot(static_cast<float>(x) - spots[i].first, static_cast<float>(y) - spots[i].second) < 4)
            pixel[i == 2 ? 0 : i == 3 ? 2 : 1] = 0;
        }
      }
    }
    return image;
  }

 private:
  faceptor::datasets::DatasetInfo info_;
  std::vector<HeadPose> poses_;
};

/// Writes the list of a set of random poses.
inline void write_poses(const std::filesystem::path& root, std::size_t count, std::uint64_t seed) {
  std::filesystem::create_directories(root);
  std::ofstream file(root / "poses.csv");
  for (std::size_t i = 0; i < count; ++i) {
    faceptor::Random random(seed, {i});
    file << random.uniform(-40, 40) << ',' << random.uniform(-25, 25) << ',' << random.uniform(-30, 30) << '\n';
  }
}

}  // namespace extension
