#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/results/photo_result.hpp>
#include <faceptor/weights/model_file.hpp>

namespace faceptor {

/// Where a face's five points come from, for views that are cut by them, when the detector doesn't give any.
enum class FivePointSource {
  automatic,  ///< `landmarks` when trained weights have a landmark task for it, else `box`
  box,        ///< from the box alone, where they lie in a mean upright face
  landmarks,  ///< from the model's own landmarks, which are computed first
};

/// Options of `FaceAnalyzer`.
struct AnalyzerOptions {
  /// Names of the tasks to run; empty for all of the model's. Others cost nothing.
  TORCH_ARG(std::vector<std::string>, tasks);
  /// Finds faces; empty for the best bundled one.
  TORCH_ARG(std::shared_ptr<const FaceDetector>, detector);
  TORCH_ARG(FivePointSource, five_points) = FivePointSource::automatic;
  /// Faces that go through the network together, at most.
  TORCH_ARG(int64_t, batch) = 8;
  TORCH_ARG(torch::Device, device) = torch::kCPU;
};

/// A photo in, every task's results out, in photo coordinates.
///
///     auto analyzer = FaceAnalyzer::load("faceptor-demo.safetensors");
///     for (const auto& face : analyzer.analyze(read_image("photo.jpg"))) {
///       fmt::print("{:.0f} years, {}\n", face.get<AgeEstimate>().years, face.get<Expression>("affect_rafdb").label());
///     }
///
/// The backbone runs once per distinct view and batch of faces, and the decoder once for all tasks of the view. What a task says
/// of a face does not depend on which other tasks are asked for. Not thread-safe; use one a thread (copies share the weights).
class FaceAnalyzer {
 public:
  /// @param path  a weights file of this library, or a published checkpoint
  /// @throws Error as `weights::load_model`; Error(argument) for an unknown task
  static FaceAnalyzer load(const std::filesystem::path& path, AnalyzerOptions options = {});

  /// @throws Error(argument) for an unknown task, a batch below 1, or `FivePointSource::landmarks` with a model that has none
  explicit FaceAnalyzer(weights::LoadedModel loaded, AnalyzerOptions options = {});

  /// Finds the faces and analyzes each. No face is no error: the result is then empty.
  /// @param name  goes into the result, as the photo's path or name
  /// @throws Error(argument) for an empty photo
  PhotoResult analyze(const Image& photo, std::string name = {});
  /// The same for faces that are known already.
  /// @throws Error(argument) for an empty photo, or a box or points that are degenerate
  PhotoResult analyze(const Image& photo, std::span<const Detection> faces, std::string name = {});

  /// The faces with five points each, as `analyze` would align them by where one of the tasks asked for needs that: those that a face
  /// has already, else the model's landmarks', else the box's (`FivePointSource`).
  /// @throws Error(argument) as `analyze`
  std::vector<Detection> with_five_points(const Image& photo, std::vector<Detection> faces);

  /// Of the model; a handle of this list reads this analyzer's results.
  const TaskList& tasks() const { return loaded_.model->tasks(); }
  const weights::ModelInfo& info() const { return loaded_.info; }
  const FaceDetector& detector() const { return *options_.detector(); }

 private:
  struct Pass;  // one view, its tasks

  std::vector<Face> faces_in(const Image& photo, std::span<const Detection> detections, const std::string& name) const;
  void run(const Image& photo, std::span<const Face> faces, std::span<const Pass> passes, std::vector<std::vector<TaskResult>>& results);
  void add_points(const Image& photo, std::vector<Face>& faces, std::vector<std::vector<TaskResult>>& results);
  std::vector<Pass> passes(std::span<const std::size_t> tasks) const;

  weights::LoadedModel loaded_;
  AnalyzerOptions options_;
  Runner runner_;
  std::vector<std::size_t> wanted_;
  std::int64_t point_task_ = -1;  ///< whose landmarks give the five points; -1 for the box
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/analyze/impl/face_analyzer_inl.hpp>
#endif
