#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/geometry/view.hpp>
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

/// Which crops tasks look at.
enum class ViewChoice {
  exact,   ///< each task the one that its weights were trained with
  shared,  ///< one a size: of the views of that size, the one of most of the model's tasks; fewer passes, and other results
};

/// Options of `FaceAnalyzer`.
struct AnalyzerOptions {
  /// Names of the tasks to run; empty for all of the model's. Others cost nothing.
  std::vector<std::string> tasks{};
  /// Finds faces; empty for the bundled one.
  std::shared_ptr<const FaceDetector> detector{};
  FivePointSource five_points = FivePointSource::automatic;
  ViewChoice views = ViewChoice::exact;
  /// Faces that go through the network together, at most; 0: as many as have 8 crops of 512 x 512 pixels in all, at most 64, and on a CPU
  /// no more than fit a quarter of the machine's memory (analyze/pass_memory.hpp).
  std::int64_t max_batch = 0;
  /// Where the network runs, "cpu", "cuda", "cuda:1", or "auto": a GPU where there is one.
  std::string device = "cpu";
  /// What the network's large products are computed in: "fp32", or for less time "bf16", "int8" or "auto" (nn/freeze.hpp); "plain" runs the
  /// model as it is, frozen or not.
  std::string precision = "fp32";
};

/// One of many photos to analyze.
struct PhotoInput {
  Image photo;
  std::string name{};                             ///< goes into the result
  std::optional<std::vector<Detection>> faces{};  ///< those that are known; the detector looks for them if not given
};

/// A pass through the network, as `FaceAnalyzer::plan` tells it.
struct PlannedPass {
  int stage = 1;                   ///< 1, or 2 for what waits for the five points of stage 1
  View view;                       ///< what is cut of each face
  std::vector<std::string> tasks;  ///< of the model, that the pass is for
  std::int64_t max_batch = 1;      ///< faces in one pass, at most
  bool only_points = false;        ///< nobody asked for these tasks' results: they give the five points
  std::int64_t face_memory = 0;    ///< about how many bytes each face of the pass takes: see `pass_memory_of_face`
};

/// A photo in, every task's results out, in photo coordinates.
///
///     auto analyzer = FaceAnalyzer::load("faceptor-demo.safetensors");
///     for (const auto& face : analyzer.analyze(read_image("photo.jpg"))) {
///       fmt::print("{:.0f} years, {}\n", face.get<AgeEstimate>().years, face.get<Expression>("affect_rafdb").label());
///     }
///
/// The backbone runs once per distinct view and batch of faces, and the decoder once for all tasks of the view. What a task says
/// of a face does not depend on which other tasks are asked for.
///
/// Never changes: one may serve any number of threads at once, each of which gets what it would get alone. Copies share the weights. A
/// program that forks makes its analyzers in the children.
class FaceAnalyzer {
 public:
  /// @param path  a weights file of this library, or a published checkpoint
  /// @throws Error as `weights::load_model`; Error(argument) for an unknown task or device
  static FaceAnalyzer load(const std::filesystem::path& path, AnalyzerOptions options = {});

  /// @throws Error(argument) for an unknown task or device, a batch below 0, or `FivePointSource::landmarks` with a model that has none
  explicit FaceAnalyzer(weights::LoadedModel loaded, AnalyzerOptions options = {});

  /// Finds the faces and analyzes each. No face is no error: the result is then empty.
  /// @param name  goes into the result, as the photo's path or name
  /// @throws Error(argument) for an empty photo
  PhotoResult analyze(const Image& photo, std::string name = {}) const;
  /// The same for faces that are known already: see `face_by_points` and `aligned_face` (detect/known_faces.hpp) for those without a box.
  /// @throws Error(argument) for an empty photo, or a box or points that are degenerate, naming the photo and the face
  PhotoResult analyze(const Image& photo, std::span<const Detection> faces, std::string name = {}) const;
  /// Many photos, whose faces go through the network together. Results in the photos' order; a photo that fails has `error` and costs
  /// no other one its results.
  std::vector<PhotoResult> analyze(std::span<const PhotoInput> photos) const;

  /// The passes that faces take, in their order: those of the detector, which has five points of them or not, or known ones.
  std::vector<PlannedPass> plan() const { return plan(detector().gives_points()); }
  std::vector<PlannedPass> plan(bool with_points) const;

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
