#pragma once

#include <torch/torch.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string_view>
#include <utility>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/tasks/face_task.hpp>
#include <faceptor/tasks/task_registry.hpp>

/// A complete task type written by hand, every member explained: a pattern to copy. It tells how a head is turned.
///
///     auto pose = tasks.add(example::HeadPoseTask());
///     float yaw = face.get(pose).yaw;
///
/// Where a task is composed of types that exist, `Task` says the same in a few lines. A type of your own is for all else: a result
/// with meaning of its own, raw numbers that depend on the view, a loss that looks at the labels of other tasks.
namespace faceptor::example {

/// How a head is turned, in degrees. Any copyable type with a `to_json` beside it can be a task's result.
struct HeadPose {
  /// Stands as "type" in JSON and in messages. Without it, the C++ name does.
  static constexpr std::string_view kTypeName = "HeadPose";

  float yaw = 0;    ///< to the side: positive turns the nose to the right of the picture
  float pitch = 0;  ///< up and down: positive lifts the chin
  float roll = 0;   ///< in the plane of the photo: positive turns clockwise on the screen

  friend bool operator==(const HeadPose&, const HeadPose&) = default;

  /// Needed: an object with fields of your own; `TaskResult` adds "type".
  friend void to_json(nlohmann::json& out, const HeadPose& pose) { out = {{"yaw", pose.yaw}, {"pitch", pose.pitch}, {"roll", pose.roll}}; }
  /// Optional: with it and `results::register_result<HeadPose>()`, written results can be read back.
  friend void from_json(const nlohmann::json& in, HeadPose& pose) {
    pose = {in.at("yaw").get<float>(), in.at("pitch").get<float>(), in.at("roll").get<float>()};
  }
};

/// The task. Copyable; nothing to derive from.
class HeadPoseTask {
 public:
  /// What the raw output becomes: the type of `face.get(handle)`.
  using Result = HeadPose;

  /// The name under which the meaning of the raw output stands in weights files; see `register_head_pose`.
  static constexpr const char* kReadout = "head_pose";
  /// Raw numbers are in units of 90 degrees: networks learn numbers around 1 best.
  static constexpr float kUnit = 90;

  HeadPoseTask() {
    // Unique in a task list. It also names the queries or the head's last layer in weights files, `--tasks`, and the JSON.
    spec_.name = "head_pose";
    // Three numbers. Dense maps and embeddings are the other kinds.
    spec_.kind = AttributeVector::kName;
    spec_.outputs = 3;
    // What the numbers are called. Optional, but then as many as outputs; tools without this type show them.
    spec_.labels = {"yaw", "pitch", "roll"};
    // Which part of the photo the network sees. Tasks with equal views share one pass through the backbone. An aligned view would
    // turn the face upright, and the network could not see its roll: the box doesn't.
    spec_.view = views::box(112, 0.8F);
    spec_.readout = kReadout;
    // Names for the configuration that a weights file carries; `make_loss` and `make_metric` below must agree with them.
    spec_.loss = losses::MeanAbsoluteError::kName;
    spec_.metric = metrics::MeanAbsoluteError::kName;
    // Everything else, such as the weight within the total loss, the head and the interpreter, has a default.
    spec_.complete();
  }

  /// A task rebuilt from a weights file keeps the file's declaration: its name, view and groups may be other ones.
  explicit HeadPoseTask(TaskSpec spec) : spec_(std::move(spec)) { spec_.complete(); }

  /// The declaration: what models, trainer, command line and weights files need to know. Must always be the same.
  TaskSpec spec() const { return spec_; }

  /// From one face's raw output to a result about the photo.
  ///
  /// @param raw      here 3 numbers; a dense task gets outputs x h x w, an embedding its vector
  /// @param context  the declaration, the way between photo and crop, the hash of the weights
  /// @throws Error(shape) for another number of outputs
  Result read(const torch::Tensor& raw, const ReadoutContext& context) const {
    if (raw.dim() != 1 || raw.size(0) != 3) {
      throw Error(ErrorCode::shape, "head pose: the raw output can't be read").expected("3 values").found(text::shape(raw.sizes()));
    }
    const auto turned = raw.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const auto* value = turned.const_data_ptr<float>();
    // The crop may be turned against the photo. Where its x axis points in the photo tells by how much.
    const auto& to_photo = context.transform.inverse();
    const double crop_roll = std::atan2(to_photo(1, 0), to_photo(0, 0)) * 180.0 / std::numbers::pi;
    return {value[0] * kUnit, value[1] * kUnit, value[2] * kUnit + static_cast<float>(crop_roll)};
  }

  /// A fresh loss each time: it is a LibTorch module that may own trained parameters. Labels here: B x 3, in units of 90 degrees.
  /// A task that is never trained returns nullptr.
  std::shared_ptr<losses::LossImpl> make_loss() const { return std::make_shared<losses::MeanAbsoluteErrorImpl>(); }

  /// A fresh accumulator each time, for evaluation. A task that is never evaluated returns nullptr.
  std::unique_ptr<metrics::Metric> make_metric() const { return std::make_unique<metrics::MeanAbsoluteError>(); }

 private:
  TaskSpec spec_;
};

// Whether every member is there can be asked; `TaskList::add` asks too, and says in a sentence which one is missing.
static_assert(FaceTask<HeadPoseTask>);

/// To be called once, before a weights file with such a task is loaded: it is then rebuilt as a `HeadPoseTask`. A program that
/// doesn't call this can still load the file; it gets plain `Values` under the labels above.
inline void register_head_pose() {
  register_task_type<HeadPoseTask>(HeadPoseTask::kReadout);
  results::register_result<HeadPose>();
}

}  // namespace faceptor::example
