#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/heads/output_kinds.hpp>

namespace faceptor {

/// A task's declaration as plain data: what both architectures, the trainer, the command line and weights files need to know of it.
///
/// `Task` fills it in from types and options; a task type of your own may fill it in itself. An empty value stands for the default.
struct TaskSpec {
  /// Unique in its list: letters, digits, '_' and '-'. It names the task's weights, its `--tasks` and its JSON.
  std::string name;
  OutputKind kind = OutputKind::attribute_vector;
  /// Maps, values, or the dimension of the embedding; at least 1.
  int64_t outputs = 0;
  /// What each output is called; empty, or as many as there are outputs.
  std::vector<std::string> labels;
  /// Which part of the photo the task looks at.
  View view;

  /// Naive Faceptor: tasks of one group share a head but for its last layer. Default: the name up to its first '_'.
  std::string head_group;
  /// Faceptor: "value", "map_v2", "map", "feature_v2" or "feature"; must suit the kind. Default: the kind's.
  std::string interpreter;
  /// Faceptor: tasks of one group share an interpreter. Default: the interpreter's name, so all tasks of the kind.
  std::string interpreter_group;

  /// What the raw output means: the name of the interpretation ("landmarks", "age", ...).
  std::string interpretation;
  /// Landmarks: the scheme ("68", "98", "29", "19" or a name of your own).
  std::string scheme;
  /// Attributes: from which probability on each counts as present; empty for 0.5.
  std::vector<float> thresholds;

  /// The loss's name and its options.
  std::string loss;
  nlohmann::json loss_options = nlohmann::json::object();
  /// The metric's name.
  std::string metric;
  /// Share of this task in the total loss, before scaling within its type; the reference uses the batch size.
  double weight = 1.0;

  /// Number of query tokens in Faceptor's decoder: 0 where the interpreter reads the backbone, 2 for "feature", else `outputs`.
  int64_t queries() const;
  /// Fills in the defaults. @throws Error(argument) for a name, number of outputs, labels, thresholds or interpreter that won't do
  void complete();
};

/// As it stands in weights files.
void to_json(nlohmann::json& json, const TaskSpec& spec);
/// @throws Error(format) when a field is missing or of the wrong type; Error(argument) as `complete`
void from_json(const nlohmann::json& json, TaskSpec& spec);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/tasks/task_spec_inl.hpp>
#endif
