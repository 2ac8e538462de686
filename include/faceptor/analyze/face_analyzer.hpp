#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/results/photo_result.hpp>

// LibTorch is not included here: an application that only analyzes photos need not compile it.
namespace faceptor {

class TaskList;
namespace weights {
struct LoadedModel;
struct ModelInfo;
}  // namespace weights

/// Where a face's five points come from, for views that are cut by them, when the detector doesn't give any.
enum class FivePointSource {
  automatic,  ///< `landmarks` when trained weights have a landmark task for it, else `box`
  box,        ///< from the box alone, where they lie in a mean upright face
  landmarks,  ///< from the model's own landmarks, which are computed first
};

/// Options of `FaceAnalyzer`.
struct AnalyzerOptions {
  /// Names of the tasks to run; empty for all of the model's. Others cost nothing.
  std::vector<std::string> tasks{};
  /// Finds faces; empty for the best bundled one.
  std::shared_ptr<const FaceDetector> detector{};
  FivePointSource five_points = FivePointSource::automatic;
  /// Faces that go through the network together, at most.
  std::int64_t batch = 8;
  /// Where the network runs, "cpu", "cuda", "cuda:1", or "auto": a GPU where there is one.
  std::string device = "cpu";
  /// What the network's large products are computed in: "fp32", or for less time "bf16", "int8" or "auto" (nn/freeze.hpp); "plain" runs the
  /// model as it is, frozen or not.
  std::string precision = "fp32";
};

/// A photo in, every task's results out, in photo coordinates.
///
///     auto analyzer = FaceAnalyzer::load("faceptor-demo.safetensors");
///     for (const auto& face : analyzer.analyze(read_image("photo.jpg"))) {
///       fmt::print("{:.0f} years, {}\n", face.get<AgeEstimate>().years, face.get<Expression>("affect_rafdb").label());
///     }
///
/// The backbone runs once per distinct view and batch of faces, and the decoder once for all tasks of the view. What a task says
/// of a face does not depend on which other tasks are asked for. Not thread-safe; use one a thread. Copies share the weights.
class FaceAnalyzer {
 public:
  /// @param path  a weights file of this library, or a published checkpoint
  /// @throws Error as `weights::load_model`; Error(argument) for an unknown task or device
  static FaceAnalyzer load(const std::filesystem::path& path, AnalyzerOptions options = {});

  /// @throws Error(argument) for an unknown task or device, a batch below 1, or `FivePointSource::landmarks` with a model that has none
  explicit FaceAnalyzer(weights::LoadedModel loaded, AnalyzerOptions options = {});

  /// Finds the faces and analyzes each. No face is no error: the result is then empty.
  /// @param name  goes into the result, as the photo's path or name
  /// @throws Error(argument) for an empty photo
  PhotoResult analyze(const Image& photo, std::string name = {}) const;
  /// The same for faces that are known already.
  /// @throws Error(argument) for an empty photo, or a box or points that are degenerate
  PhotoResult analyze(const Image& photo, std::span<const Detection> faces, std::string name = {}) const;

  /// The faces with five points each, as `analyze` would align them by where one of the tasks asked for needs that: those that a face
  /// has already, else the model's landmarks', else the box's (`FivePointSource`).
  /// @throws Error(argument) as `analyze`
  std::vector<Detection> with_five_points(const Image& photo, std::vector<Detection> faces) const;

  /// Of the model (tasks/task_list.hpp); a handle of this list reads this analyzer's results.
  const TaskList& tasks() const;
  /// What the weights say of themselves (weights/model_file.hpp).
  const weights::ModelInfo& info() const;
  const FaceDetector& detector() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/analyze/impl/face_analyzer_inl.hpp>
#endif
