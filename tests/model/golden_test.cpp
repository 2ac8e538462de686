#include <faceptor/heads/heatmap.hpp>
#include <faceptor/heads/standard_heads.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/published/name_map.hpp>
#include <faceptor/tasks/readout.hpp>

#include "support/close.hpp"
#include "support/golden_model.hpp"
#include "support/torch_catch.hpp"

using faceptor::OutputKind;

namespace {

std::string checkpoint_of(const golden::Model&, const nlohmann::json& config) {
  return config.value("checkpoint", std::string("checkpoint_rank0_iter_100.pth.tar"));
}

golden::Model load(const std::filesystem::path& folder) {
  return golden::load(folder, checkpoint_of({}, golden::json(folder / "config.json")));
}

void check_near(const golden::Model& golden, const std::string& name, const torch::Tensor& value, double tolerance) {
  INFO(name);
  REQUIRE(golden.io.contains(name));
  CHECK(golden::scaled_difference(value, golden.io.at(name)) < tolerance);
}

/// The task's raw output and what is made of it, against the reference, at the README's tolerances.
void check_task(golden::Model& golden, const faceptor::TaskSpec& spec, const torch::Tensor& raw) {
  const auto& name = spec.name;
  if (spec.readout == "landmarks") {
    check_near(golden, name + ".heatmap", raw, 1e-5);
    check_near(golden, name + ".heatmap_acted", raw.sigmoid(), 1e-4);
    const auto points = faceptor::heads::points_from_heatmaps(raw.sigmoid());
    CHECK((points - golden.io.at(name + ".landmark")).abs().max().item<double>() < 1e-5);
  } else if (spec.readout == "parsing") {
    const auto size = golden.config.at("parsing_out_size").get<std::vector<int64_t>>();
    const auto full = at::upsample_bilinear2d(raw, size, false, std::nullopt, std::nullopt);
    check_near(golden, name + ".output", full.permute({0, 2, 3, 1}), 1e-5);
    const auto same = full.argmax(1).eq(golden.io.at(name + ".label")).to(torch::kFloat64).mean().item<double>();
    CHECK(same >= 0.9999);
  } else {
    check_near(golden, name + ".output", raw, 1e-5);
    if (spec.readout == "age") {
      check_near(golden, name + ".distribution", faceptor::age_distribution(raw), 1e-5);
      check_near(golden, name + ".age", faceptor::expected_age(faceptor::age_distribution(raw)), 1e-5);
    } else if (spec.readout == "expression") {
      check_near(golden, name + ".probability", raw.softmax(-1), 1e-4);
    } else if (spec.readout == "attributes") {
      check_near(golden, name + ".probability", raw.sigmoid(), 1e-4);
    } else {
      check_near(golden, name + ".unit", raw / raw.norm(2, -1, true), 1e-5);
    }
  }
}

/// The tasks that see the large image, and those that see the small one.
std::pair<std::vector<std::size_t>, std::vector<std::size_t>> by_image(const faceptor::TaskList& tasks) {
  std::pair<std::vector<std::size_t>, std::vector<std::size_t>> split;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    (tasks[i].spec().kind == faceptor::DenseMap::kName ? split.first : split.second).push_back(i);
  }
  return split;
}

void check_all_tasks(golden::Model& golden) {
  const torch::NoGradGuard no_grad;
  const auto [large, small] = by_image(golden.model().tasks());
  const std::vector<faceptor::ViewBatch> batches = {faceptor::ViewBatch::all(golden.image("image_large"), large),
                                                    faceptor::ViewBatch::all(golden.image("image_small"), small)};
  const auto outputs = golden.model().forward(batches);
  REQUIRE(golden.model().tasks().size() == golden.config.at("tasks").size());
  for (std::size_t i = 0; i < golden.model().tasks().size(); ++i) {
    const auto& spec = golden.model().tasks()[i].spec();
    INFO(spec.name);
    check_task(golden, spec, outputs[i]);
  }
}

void check_decoder(golden::Model& golden, const char* image, const std::vector<std::size_t>& tasks) {
  const torch::NoGradGuard no_grad;
  for (const auto task : tasks) {
    const auto& spec = golden.model().tasks()[task].spec();
    if (spec.queries() == 0) continue;
    // One task at a time, so that a trace holds that task's queries alone.
    const std::vector<std::size_t> only = {task};
    const auto batch = faceptor::ViewBatch::all(golden.image(image), only);
    faceptor::ForwardTrace trace;
    golden.model().forward(std::span(&batch, 1), &trace);
    const auto& decoded = trace.decoder.front().front();
    check_near(golden, "src." + std::to_string(golden.config.at(image).get<int>()), trace.memories.front().source, 1e-5);
    for (std::size_t layer = 0; layer < decoded.after_ffn.size(); ++layer) {
      check_near(golden, spec.name + ".cross" + std::to_string(layer), decoded.after_cross[layer], 1e-5);
      check_near(golden, spec.name + ".ffn" + std::to_string(layer), decoded.after_ffn[layer], 1e-5);
    }
    check_near(golden, spec.name + ".tokens", decoded.after_ffn.back(), 1e-5);
    check_near(golden, spec.name + ".attention_last", decoded.last_attention, 1e-5);
  }
}

}  // namespace

TEST_CASE("Faceptor computes what the reference computes", "[model][golden]") {
  const std::string stage = GENERATE("stage1", "stage2");
  const auto folder = golden::find("model/faceptor_tiny/" + stage);
  if (!folder) FACEPTOR_SKIP("model/faceptor_tiny/" + stage + " is not in the golden folder");
  INFO(stage);
  auto golden = load(*folder);
  CHECK(golden.loaded.report.complete());
  check_all_tasks(golden);
  const auto [large, small] = by_image(golden.model().tasks());
  check_decoder(golden, "image_large", large);
  check_decoder(golden, "image_small", small);
}

TEST_CASE("Naive Faceptor computes what the reference computes", "[model][golden]") {
  const auto folder = golden::find("model/naive_tiny");
  if (!folder) FACEPTOR_SKIP("model/naive_tiny is not in the golden folder");
  auto golden = load(*folder);
  CHECK(golden.loaded.report.complete());
  check_all_tasks(golden);
  // The reference gives the maps of all tasks of a type side by side.
  const torch::NoGradGuard no_grad;
  const auto [large, small] = by_image(golden.model().tasks());
  const auto outputs = golden.model().run(golden.image("image_large"), large);
  for (const auto first : large) {
    const auto& spec = golden.model().tasks()[first].spec();
    if (!golden.io.contains(spec.name + ".raw")) continue;
    std::vector<torch::Tensor> together;
    for (const auto task : large) {
      if (golden.model().tasks()[task].spec().head_group == spec.head_group) together.push_back(outputs[task]);
    }
    check_near(golden, spec.name + ".raw", torch::cat(together, 1), 1e-5);
  }
}

TEST_CASE("the standardised heads train as the reference's do", "[model][golden]") {
  const auto folder = golden::find("model/naive_tiny");
  if (!folder || !std::filesystem::exists(*folder / "train_mode.safetensors"))
    FACEPTOR_SKIP("naive_tiny/train_mode is not in the golden folder");
  auto golden = load(*folder);
  const auto reference = faceptor::nn::load_tensors(*folder / "train_mode.safetensors");
  auto& model = dynamic_cast<faceptor::NaiveFaceptorImpl&>(golden.model());
  model.train();
  for (auto& module : model.modules()) {
    if (auto* head = module->as<faceptor::heads::AttributeHeadImpl>()) head->options.dropout(0);
    if (auto* head = module->as<faceptor::heads::DenseHeadImpl>()) head->options.dropout(0);
  }
  const torch::NoGradGuard no_grad;
  for (const auto& item : model.heads->named_children()) {
    const auto& group = item.key();
    auto& head = dynamic_cast<faceptor::heads::Head&>(*item.value());
    faceptor::FeaturePyramid pyramid;
    for (const auto level : head.levels()) pyramid.add(level, reference.at(group + ".feature." + std::to_string(level)));
    const std::size_t first = 0;
    const auto raw = head.forward(pyramid, std::span(&first, 1)).front();
    INFO(group);
    if (reference.contains(group + ".heatmap")) {
      CHECK(golden::scaled_difference(raw, reference.at(group + ".heatmap")) < 1e-5);
      CHECK((faceptor::heads::points_from_heatmaps(raw.sigmoid()) - reference.at(group + ".landmark")).abs().max().item<double>() < 1e-5);
    } else if (raw.dim() == 4) {
      const auto size = golden.config.at("parsing_out_size").get<std::vector<int64_t>>();
      const auto full = at::upsample_bilinear2d(raw, size, false, std::nullopt, std::nullopt).permute({0, 2, 3, 1});
      CHECK(golden::scaled_difference(full, reference.at(group + ".output")) < 1e-5);
    } else {
      CHECK(golden::scaled_difference(raw, reference.at(group + ".output")) < 1e-5);
    }
  }
  // The batch norms' statistics moved as the reference's.
  faceptor::nn::NamedTensors after;
  for (const auto& [name, tensor] : reference) {
    if (name.starts_with("after.")) after[name.substr(6)] = tensor;
  }
  REQUIRE_FALSE(after.empty());
  std::vector<faceptor::published::PublishedTask> tasks;
  for (const auto& task : model.tasks()) {
    const auto kind = task.spec().kind;
    tasks.push_back({task.name(),
                     kind == faceptor::DenseMap::kName    ? faceptor::published::PublishedHeadKind::dense
                     : kind == faceptor::Embedding::kName ? faceptor::published::PublishedHeadKind::embedding
                                                          : faceptor::published::PublishedHeadKind::attributes,
                     task.spec().outputs});
  }
  const auto now = faceptor::weights::state_of(model);
  for (const auto& [name, tensor] : faceptor::published::from_published(after, tasks)) {
    INFO(name);
    CHECK(golden::scaled_difference(now.at(name), tensor) < 1e-5);
  }
}
