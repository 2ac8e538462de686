#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/tasks/output_kind.hpp>

namespace faceptor {

/// A task's declaration as plain data: what both architectures, the trainer, the command line and weights files need to know of it.
///
/// `Task` fills it in from types and options; a task type of your own may fill it in itself. An empty value stands for the default.
struct TaskSpec {
  /// Unique in its list: letters, digits, '_' and '-'. It names the task's weights, its `--tasks` and its JSON.
  std::string name;
  /// The output kind: "attribute_vector", "dense_map", "embedding", or one of your own by its `kName`.
  std::string kind = AttributeVector::kName;
  /// Maps, values, or the dimension of the embedding; at least 1.
  int64_t outputs = 0;
  /// What each output is called; empty, or as many as there are outputs.
  std::vector<std::string> labels;
  /// Which part of the photo the task looks at.
  View view;

  /// Naive Faceptor: tasks of one group share a head but for its last layer. Default: the name up to its first '_'.
  std::string head_group;
  /// Naive Faceptor: which head, by name. Default: the kind's.
  std::string head;
  /// Faceptor: which interpreter, by name: "value", "map_v2", "map", "feature_v2", "feature" or one of your own. Default: the kind's.
  std::string interpreter;
  /// Faceptor: tasks of one group share an interpreter. Default: the interpreter's name, so all tasks of the kind.
  std::string interpreter_group;

  /// How a raw output is read: the name of the readout ("landmarks", "age", ...).
  std::string readout;
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

  /// Whether raw outputs are maps, B x outputs x h x w. @throws Error(unsupported) for a kind that this program doesn't have
  bool maps() const;
  /// Number of query tokens in Faceptor's decoder, as the interpreter wants it: 0 where that reads the backbone.
  int64_t queries() const;
  /// Fills in the defaults.
  /// @throws Error(argument)     for a name, number of outputs, labels or thresholds that won't do, a head or interpreter of another kind
  /// @throws Error(unsupported)  for a kind, head or interpreter that this program doesn't have
  void complete();

  template <class Visitor>
  void each_field(Visitor&& visit);
};

/// As it stands in weights files.
void to_json(nlohmann::json& json, const TaskSpec& spec);
/// @throws Error(format) when a field is missing or of the wrong type; what `complete` throws
void from_json(const nlohmann::json& json, TaskSpec& spec);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/tasks/impl/task_spec_inl.hpp>
#endif
