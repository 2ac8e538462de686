#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/detect/face_detector.hpp>

// LibTorch is not included here: an application that only looks for faces need not compile it.
namespace faceptor {

/// How `MtcnnDetector` searches.
struct MtcnnOptions {
  /// The side of the smallest faces to look for, in pixels of the photo: half of it takes four times as long. At least 12.
  float min_face = 40;
  /// From one size that is searched to the next. 0.1 to 0.95.
  double factor = 0.709;
  /// What a face must score in each of the three networks, 0 to 1.
  std::array<float, 3> thresholds = {0.6F, 0.7F, 0.7F};
  /// Do not look for faces that lie sideways or upside down.
  bool upright_only = false;
  /// A safetensors file of other weights; empty for those that come with the library.
  std::filesystem::path weights{};
};

/// MTCNN (Zhang et al. 2016): three small networks, one after the other, that find faces and their five points. The weights are those of
/// facenet-pytorch 2.6.0, and boxes, scores, points and order are what that gives.
///
/// Small, tilted and half turned faces are found; full profiles mostly are not. Where no face is upright, the photo is searched three
/// times more, turned by 90, 180 and 270 degrees. Where all faces that were found are surer of themselves upside down, it is searched
/// upside down.
class MtcnnDetector final : public FaceDetector {
 public:
  static constexpr const char* kName = "mtcnn";

  /// @throws Error(argument) for options out of range; Error as `MtcnnNets` and `MtcnnWeights` for the weights
  explicit MtcnnDetector(MtcnnOptions options = {});
  ~MtcnnDetector() override;
  MtcnnDetector(MtcnnDetector&&) noexcept;
  MtcnnDetector& operator=(MtcnnDetector&&) noexcept;

  /// The faces in pixels of the photo, the largest box first, each with its five points. `view_box` is the box that these points give
  /// (`box_from_five_points`). Left and right are as seen in the photo turned upright. May be called from several threads.
  std::vector<Detection> detect(const Image& photo) const override;
  /// By the last of the three networks alone, about where each face was: a face that has moved by up to a fifth of its side is found
  /// again, in a small part of the time that a search takes.
  std::vector<std::optional<Detection>> follow(const Image& photo, std::span<const Detection> faces) const override;
  bool gives_points() const override { return true; }
  std::string name() const override { return kName; }

  /// What the weights say of themselves; empty where they don't.
  const std::string& licence() const;
  const std::string& source() const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detectors/impl/mtcnn_detector_inl.hpp>
#endif
