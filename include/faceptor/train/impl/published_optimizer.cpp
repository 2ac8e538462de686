#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/published/name_map.hpp>
#include <faceptor/published/published_names.hpp>
#include <faceptor/train/published_optimizer.hpp>
#include <faceptor/weights/model_file.hpp>

namespace faceptor::train {
namespace {

/// The groups of torch's optimizer: the rate of each parameter by its index, in the groups' order.
std::vector<std::pair<std::int64_t, double>> optimizer_groups(const files::pickle::Value& optimizer, const std::string& file) {
  const auto groups = optimizer.find("param_groups");
  if (!groups) throw Error(ErrorCode::format, "train: the checkpoint's optimizer has no groups").where(file).expected("\"param_groups\"");
  std::vector<std::pair<std::int64_t, double>> found;
  for (std::size_t g = 0; g < groups->size(); ++g) {
    const auto group = groups->item(g);
    const auto parameters = group.find("params");
    const auto rate = group.find("lr");
    if (!parameters || !rate) {
      throw Error(ErrorCode::format, "train: a group of the checkpoint's optimizer is incomplete")
          .where(file)
          .expected("\"params\", \"lr\"");
    }
    const bool whole = rate->is(files::pickle::Kind::integer);
    const double value = whole ? static_cast<double>(rate->integer()) : rate->real();
    for (std::size_t i = 0; i < parameters->size(); ++i) found.emplace_back(parameters->item(i).integer(), value);
  }
  return found;
}

/// One number for each row of a tensor, so that where the tables of names cut a tensor the number is cut along.
torch::Tensor number_for_rows(double number, const torch::Tensor& like) {
  return torch::full({like.dim() == 0 ? 1 : like.size(0)}, number, torch::kFloat64);
}

/// A published parameter's state: "exp_avg", "exp_avg_sq", "step".
torch::Tensor optimizer_field(const files::Checkpoint& checkpoint, const files::pickle::Value& state, const char* field) {
  const auto value = state.find(field);
  if (!value) {
    throw Error(ErrorCode::format, "train: the checkpoint's optimizer is not AdamW")
        .where(checkpoint.path().string())
        .expected("\"step\", \"exp_avg\", \"exp_avg_sq\" of each parameter")
        .found("no \"" + std::string(field) + "\"");
  }
  if (files::Checkpoint::is_tensor(*value)) return nn::to_tensor(checkpoint.tensor(*value), checkpoint.owner());
  if (value->is(files::pickle::Kind::real)) return torch::tensor(value->real(), torch::kFloat64);
  return torch::tensor(static_cast<double>(value->integer()), torch::kFloat64);
}

}  // namespace

std::vector<std::string> published_parameters(const files::Checkpoint& checkpoint) {
  std::set<std::string, std::less<>> repeated;
  std::vector<std::string> names;
  for (const auto& tensor : checkpoint.tensors()) {
    const std::string name(tensor.name);
    const auto plain = published::without_module(name);
    if (const auto second = published::repeated_name(plain)) repeated.insert(*second);
    const auto last = plain.substr(plain.rfind('.') + 1);
    const bool buffer = last == "running_mean" || last == "running_var" || last == "num_batches_tracked";
    if (!buffer) names.push_back(name);
  }
  std::erase_if(names, [&](const std::string& name) { return repeated.contains(published::without_module(name)); });
  return names;
}

nn::NamedTensors published_optimizer_state(const files::Checkpoint& checkpoint, const TaskList& tasks,
                                           const std::vector<GroupedParameter>& parameters) {
  const auto file = checkpoint.path().string();
  const auto optimizer = checkpoint.root().find("optimizer");
  if (!optimizer) return {};
  const auto known = weights::published_tasks_of(tasks);
  std::set<std::string> trained;
  for (const auto& parameter : parameters) {
    if (!parameter.frozen) trained.insert(parameter.name);
  }

  const auto groups = optimizer_groups(*optimizer, file);
  auto names = published_parameters(checkpoint);
  if (groups.empty()) return {};
  if (names.size() != groups.size()) {
    // Of the second stage, only the parameters that it trains are in the optimizer.
    std::string embedding;
    for (const auto& task : known) {
      if (task.kind == published::PublishedHeadKind::embedding) embedding = task.name;
    }
    std::erase_if(names, [&](const std::string& name) {
      const auto ours = published::name_from_published(name, embedding);
      return !ours || !trained.contains(*ours);
    });
  }
  if (names.size() != groups.size()) {
    throw Error(ErrorCode::mismatch, "train: the checkpoint's optimizer doesn't fit its parameters")
        .where(file)
        .expected(std::to_string(groups.size()) + " parameters")
        .found(std::to_string(names.size()))
        .hint("are the parameters trained here those that were trained there?");
  }

  std::map<std::int64_t, files::pickle::Value> states;
  if (const auto state = optimizer->find("state")) {
    for (std::size_t i = 0; i < state->size(); ++i) states.emplace(state->key(i).integer(), state->value(i));
  }
  std::map<std::string, nn::NamedTensors> fields;  // by field, then by published name
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& [index, rate] = groups[i];
    const auto& view = checkpoint.at(names[i]);
    const auto like = torch::empty({view.shape.empty() ? 1 : view.shape[0]});
    fields["rate"].emplace(names[i], number_for_rows(rate, like));
    const auto state = states.find(index);
    if (state == states.end()) continue;
    for (const auto* field : {"exp_avg", "exp_avg_sq"}) fields[field].emplace(names[i], optimizer_field(checkpoint, state->second, field));
    const auto step = optimizer_field(checkpoint, state->second, "step");
    if (step.numel() != 1) throw Error(ErrorCode::format, "train: a step of the checkpoint's optimizer is no number").where(file);
    fields["step"].emplace(names[i], number_for_rows(step.item<double>(), like));
  }

  nn::NamedTensors state;
  for (const auto& [field, tensors] : fields) {
    for (const auto& [name, tensor] : published::from_published(tensors, known)) {
      if (!trained.contains(name)) continue;
      const bool number = field == "step" || field == "rate";
      state.emplace(name + "." + field, number ? tensor.flatten()[0] : tensor);
    }
  }
  return state;
}

}  // namespace faceptor::train
