#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/loading/loader.hpp>
#include <faceptor/weights/model_file.hpp>

/// The published protocols, and tasks of your own, on any data set.
///
///     auto loaded = weights::load_model("faceptor-base.safetensors");
///     auto report = evaluate::evaluate(loaded, "align_300w", datasets::open_dataset("300w", "data/300W", {.split = "valid"}));
///     fmt::print("{}", evaluate::table(report));
namespace faceptor::evaluate {

/// How samples are cut for the network.
enum class CropSource {
  automatic,  ///< `published` for a published task with its published view, else `view` where the set says where the face is, else `whole`
  published,  ///< the evaluation chain of the task's name
  view,       ///< as the analyzer cuts photos: by box or five points, the set's or the detector's
  whole,      ///< the whole picture is the crop, squeezed to the view's sides: for sets that are cut already
};

/// "automatic", "published", "view", "whole".
std::string_view to_string(CropSource source);
/// @throws Error(argument) for another word
CropSource crop_source(std::string_view name);

/// Progress of a long evaluation: samples done, and all of them.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

/// How a set is evaluated, and what the report holds.
struct EvaluateOptions {
  CropSource crop = CropSource::automatic;
  /// Boxes come from here instead of the set, see `loading::with_detected_boxes`, and five points from the model's own landmarks, as the
  /// analyzer aligns faces. Any number of pictures may be without a face found: they are left out, and counted.
  std::shared_ptr<const FaceDetector> detector = {};
  std::int64_t batch = 0;  ///< 0: 32 at 112 pixels, less for larger views
  int workers = 2;
  double bad_limit = 0.001;              ///< which share of the samples may be left out
  std::vector<std::string> groups = {};  ///< columns of the set to report by: "sex", "age:20,40,60" (by those edges), "age_band"
  BootstrapOptions bootstrap = {};
  std::size_t worst = 20;
  bool layer_attention = false;  ///< also where the task's attention goes (`LayerAttention`); takes another pass of the network
  torch::Device device = torch::kCPU;
  Progress progress = {};

  std::int64_t rank = 0;
  std::int64_t ranks = 1;
  /// Of many processes: hands this one's text to all, and gives everybody's in the order of ranks. Needed when `ranks` is above 1.
  std::function<std::vector<std::string>(const std::string& mine)> gather = {};
};

/// Runs one task of a model over a set and scores it by the protocol of what the task says.
///
/// With many processes each takes its share of the set; all of them return the whole report.
/// @throws Error(argument)     for an unknown task, or options out of range
/// @throws Error(mismatch)     when the set's labels don't fit the task
/// @throws Error(format)       when the set is empty, no sample could be used, or more than `bad_limit` couldn't
/// @throws Error(unsupported)  for a task whose metric this program doesn't have, or whose metric can't do what was asked for
Report evaluate(const weights::LoadedModel& loaded, std::string_view task, std::shared_ptr<const datasets::Dataset> set,
                const EvaluateOptions& options = {});

}  // namespace faceptor::evaluate
