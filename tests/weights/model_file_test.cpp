#include <fmt/format.h>
#include <unistd.h>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/weights/model_file.hpp>
#include <faceptor/weights/run_files.hpp>
#include <filesystem>
#include <fstream>
#include <limits>

#include "support/golden.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
namespace fs = std::filesystem;
using weights::TaskMatch;

namespace {

/// A folder that goes when the test does.
struct Folder {
  Folder() : path(fs::temp_directory_path() / ("faceptor-model-file-" + std::to_string(getpid()))) { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

TaskList tasks(std::initializer_list<const char*> names) {
  TaskList list;
  for (const auto* name : names) list.append(published::by_name(name));
  return list;
}

nlohmann::json faceptor_config(const VitOptions& vit, const decoder::QueryDecoderOptions& decoder) {
  return {{"kind", "faceptor"}, {"backbone", vit.to_json()}, {"decoder", decoder.to_json()}};
}

nlohmann::json naive_config(const VitOptions& vit, int64_t channels) {
  return {{"kind", "naive_faceptor"}, {"backbone", vit.to_json()}, {"dense_channels", channels}, {"attribute_hidden", channels}};
}

/// Widths as a published checkpoint can tell them: heads of 64 channels, 8 decoder heads, level 11 of 12.
FaceModelPtr small_model(bool naive, const TaskList& list, std::uint64_t seed = 1) {
  const SeedGuard guard(seed);
  const auto vit = VitOptions(64, 12, 1, 8).image_side(32).projection(4);
  const auto config = naive ? naive_config(vit, 32) : faceptor_config(vit, decoder::QueryDecoderOptions().hidden(16).ffn(24).layers(2));
  const auto model = make_model(config, list);
  model->module().eval();
  return model;
}

torch::Tensor images() {
  const SeedGuard guard(5);
  return torch::randn({2, 3, 32, 32});
}

void check_equal_outputs(FaceModel& a, FaceModel& b) {
  const torch::NoGradGuard no_grad;
  const auto left = a.run(images());
  const auto right = b.run(images());
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    INFO(a.tasks()[i].name());
    CHECK(left[i].equal(right[i]));
  }
}

TaskMatch::Kind kind_of(const weights::TransferReport& report, const std::string& task) {
  for (const auto& match : report.tasks) {
    if (match.task == task) return match.kind;
  }
  throw std::logic_error("no match for " + task);
}

}  // namespace

TEST_CASE("a saved model comes back whole: tasks, weights, what it says of itself", "[weights]") {
  const bool naive = GENERATE(false, true);
  const Folder folder;
  const auto list = tasks({"age_morph2", "affect_rafdb", "parsing_lapa", "align_cofw"});
  const auto model = small_model(naive, list);
  const auto file = folder.path / "model.safetensors";
  const auto hash = weights::save_model(file, *model, {"CC0", "a test", "small", true, {}, {{"note", "kept"}}});
  auto loaded = weights::load_model(file);
  loaded.model->module().eval();

  CHECK(loaded.report.complete());
  CHECK(loaded.info.licence == "CC0");
  CHECK(loaded.info.source == "a test");
  CHECK(loaded.info.description == "small");
  CHECK(loaded.info.untrained);
  CHECK(loaded.info.hash == hash);
  CHECK(hash == nn::content_hash(weights::state_of(loaded.model->module())));
  CHECK(loaded.info.extra.at("note") == "kept");
  CHECK(loaded.model->tasks().names() == list.names());
  CHECK(loaded.model->config() == model->config());
  CHECK(nlohmann::json(loaded.model->tasks()[2].spec()) == nlohmann::json(list[2].spec()));
  check_equal_outputs(*model, *loaded.model);
}

TEST_CASE("the step of training goes from file to file, published ones included", "[weights]") {
  const Folder folder;
  const auto model = small_model(false, tasks({"age_morph2", "affect_rafdb"}));
  const auto own = folder.path / "own.safetensors";
  weights::ModelInfo info;
  info.step = 12345;
  weights::save_model(own, *model, info);
  auto loaded = weights::load_model(own);
  CHECK(loaded.info.step == 12345);
  CHECK_FALSE(loaded.info.extra.contains("step"));
  const auto published = folder.path / "checkpoint.pth.tar";
  weights::save_published(published, *loaded.model, loaded.losses, loaded.info.step);
  CHECK(files::Checkpoint::open(published).step() == 12345);
  CHECK(weights::load_model(published).info.step == 12345);
  weights::save_model(own, *model, {});
  CHECK_FALSE(weights::load_model(own).info.step.has_value());
}

TEST_CASE("a run's folder stands for its newest checkpoint, or a step's", "[weights]") {
  const Folder folder;
  const auto run = folder.path / "run";
  const auto refused = [&](const fs::path& path, std::optional<std::uint64_t> step = {}) {
    try {
      weights::weights_file(path, step);
    } catch (const Error& e) {
      return e;
    }
    throw std::logic_error("nothing was refused");
  };
  fs::create_directories(run / "checkpoints");
  CHECK(refused(run).code() == ErrorCode::io);
  std::ofstream(run / "weights.safetensors") << "x";
  CHECK(weights::weights_file(run) == run / "weights.safetensors");
  for (const std::uint64_t step : {20, 9, 100}) std::ofstream(run / "checkpoints" / weights::checkpoint_name(step)) << "x";
  std::ofstream(run / "checkpoints" / "step_0000000200.safetensors.part") << "x";
  CHECK(weights::weights_file(run) == run / "checkpoints/step_0000000100.safetensors");
  CHECK(weights::weights_file(run / "checkpoints") == run / "checkpoints/step_0000000100.safetensors");
  CHECK(weights::weights_file(run, 9) == run / "checkpoints/step_0000000009.safetensors");
  CHECK(refused(run, 10).expected() == "one of 9, 20, 100");
  const auto file = run / "checkpoints/step_0000000009.safetensors";
  CHECK(weights::weights_file(file) == file);
  CHECK(refused(file, 9).code() == ErrorCode::argument);
}

TEST_CASE("half precision halves the file and says which numbers it holds", "[weights]") {
  const Folder folder;
  const auto model = small_model(false, tasks({"age_morph2"}));
  const auto full = folder.path / "full.safetensors";
  const auto half = folder.path / "half.safetensors";
  weights::save_model(full, *model, {});
  const auto hash = weights::save_model(half, *model, {}, weights::dtype_option("fp16"));
  CHECK(fs::file_size(half) < 0.6 * static_cast<double>(fs::file_size(full)));
  const auto loaded = weights::load_model(half);
  CHECK(loaded.info.hash == hash);
  CHECK(hash == nn::content_hash(weights::state_of(loaded.model->module())));
  CHECK_THROWS_AS(weights::dtype_option("fp8"), Error);
}

TEST_CASE("a model goes to the published names and back", "[weights]") {
  const bool naive = GENERATE(false, true);
  const Folder folder;
  const auto list = tasks({"recog_ms1mv3", "age_morph2", "biattr_celeba", "affect_rafdb", "parsing_celebam", "align_300w"});
  const auto model = small_model(naive, list);
  const auto file = folder.path / "checkpoint.pth.tar";
  weights::save_published(file, *model, {}, 7);
  auto loaded = weights::load_model(file);
  loaded.model->module().eval();
  CHECK(loaded.report.complete());
  CHECK(loaded.model->tasks().names() == list.names());
  CHECK(loaded.info.licence.find("research") != std::string::npos);
  check_equal_outputs(*model, *loaded.model);
}

TEST_CASE("weights go into a model of other tasks, and the report says what each task got", "[weights]") {
  const bool naive = GENERATE(false, true);
  const Folder folder;
  const auto file = folder.path / "model.safetensors";
  const auto old_list = tasks({"age_morph2", "affect_rafdb", "parsing_lapa"});
  const auto before = small_model(naive, old_list);
  weights::save_model(file, *before, {});

  TaskList list;
  list.append(published::by_name("age_morph2"));
  list.append(published::by_name("affect_rafdb", 5));  // the same name, other outputs
  list.append(published::by_name("align_cofw"));       // not in the file
  const auto after = small_model(naive, list, 2);
  const auto report = weights::transfer_into(*after, file);
  CHECK(kind_of(report, "age_morph2") == TaskMatch::Kind::same);
  CHECK(kind_of(report, "affect_rafdb") == TaskMatch::Kind::different);
  CHECK(kind_of(report, "align_cofw") == TaskMatch::Kind::fresh);
  CHECK(kind_of(report, "parsing_lapa") == TaskMatch::Kind::only_in_file);
  CHECK(report.tensors.mismatched.empty());
  CHECK(report.summary().find("affect_rafdb: different (7 of attribute_vector in the file, 5 of attribute_vector here)") !=
        std::string::npos);

  const torch::NoGradGuard no_grad;
  const std::vector<std::size_t> age = {0};
  CHECK(before->run(images(), age)[0].equal(after->run(images(), age)[0]));
}

TEST_CASE("a backbone for another image size is brought to the model's", "[weights]") {
  const Folder folder;
  const auto file = folder.path / "model.safetensors";
  const auto list = tasks({"age_morph2"});
  weights::save_model(file, *small_model(false, list), {});
  const auto larger = make_model(
      faceptor_config(VitOptions(64, 12, 1, 8).image_side(48).projection(4), decoder::QueryDecoderOptions().hidden(16).ffn(24).layers(2)),
      list);
  const auto report = weights::transfer_into(*larger, file);
  CHECK(report.tensors.complete());
}

TEST_CASE("FaRL's file fills a backbone and is no model by itself", "[weights][golden]") {
  const auto folder = golden::find("model/backbone_tiny");
  if (!folder) FACEPTOR_SKIP("model/backbone_tiny is not in the golden folder");
  const auto config = golden::json(*folder / "config.json");
  const auto vit = VitOptions(config["width"], config["layers"], config["heads"], config["patch"])
                       .image_side(config["forced_input_resolution"])
                       .projection(config["output_dim"]);
  const auto level = config["layers"].get<int64_t>() - 1;
  const auto decoder = decoder::QueryDecoderOptions().hidden(16).ffn(24).layers(1).levels({level});
  const auto model = make_model(faceptor_config(vit, decoder), tasks({"age_morph2"}));
  const auto report = weights::transfer_into(*model, *folder / "farl_tiny.pth");
  CHECK(report.tensors.unexpected.empty());
  CHECK(report.tensors.mismatched.empty());
  const auto reference = nn::load_tensors(*folder / "weights.safetensors");
  const auto own = weights::state_of(model->module());
  // As the reference's backbone after its construction: the position embedding was resized.
  CHECK(own.at("backbone.position_embedding").allclose(reference.at("visual.positional_embedding"), 1e-5, 1e-6));
  CHECK(own.at("backbone.blocks.0.attention.in_proj.weight").equal(reference.at("visual.transformer.resblocks.0.attn.in_proj_weight")));
  CHECK_THROWS_AS(weights::load_model(*folder / "farl_tiny.pth"), Error);
}

TEST_CASE("files that are no models are refused in one error", "[weights]") {
  const Folder folder;
  const auto refused = [&](const fs::path& file, const nlohmann::json& config = nullptr) -> std::string {
    try {
      weights::load_model(file, config);
    } catch (const Error& e) {
      return e.what();
    }
    return {};
  };
  const auto plain = folder.path / "plain.safetensors";
  nn::save_tensors(plain, {{"a", torch::ones({2})}});
  CHECK(refused(plain).find("doesn't say what model it holds") != std::string::npos);

  const auto with = [&](files::Metadata metadata) {
    nn::save_tensors(plain, {{"a", torch::ones({2})}}, metadata);
    return refused(plain);
  };
  CHECK(with({{"faceptor.format", "2"}}).find("newer format") != std::string::npos);
  CHECK(with({{"faceptor.format", "1"}}).find("no usable \"architecture\"") != std::string::npos);
  CHECK(with({{"faceptor.format", "1"}, {"architecture", "{}"}, {"tasks", "[1]"}}).find("tasks:") != std::string::npos);
  CHECK(with({{"faceptor.format", "1"}, {"architecture", "{"}, {"tasks", "[]"}}).find("no usable \"architecture\"") != std::string::npos);
  const auto nested = std::string(500'000, '[') + std::string(500'000, ']');
  const auto backbone = fmt::format(R"({{"kind":"faceptor","backbone":{{"type":"vit","width":{}}}}})", nested);
  CHECK(with({{"faceptor.format", "1"}, {"architecture", backbone}, {"tasks", "[]"}}).find("nested too deep") != std::string::npos);

  const auto file = folder.path / "model.safetensors";
  weights::save_model(file, *small_model(false, tasks({"age_morph2"})), {});
  auto tensors = nn::load_tensors(file);
  const auto metadata = files::SafetensorsFile::open(file).metadata();
  tensors.erase("interpreters.value.fc.bias");
  const auto short_file = folder.path / "short.safetensors";
  nn::save_tensors(short_file, tensors, metadata);
  CHECK(refused(short_file).find("interpreters.value.fc.bias") != std::string::npos);

  const auto checkpoint = folder.path / "checkpoint.pth";
  weights::save_published(checkpoint, *small_model(false, tasks({"age_morph2"})));
  CHECK(refused(checkpoint, {{"decoder", {1}}}).find("\"decoder\" of the configuration is not an object") != std::string::npos);
  CHECK(refused(checkpoint, {{"decoder", {{"levels", "x"}}}}).find("not a list of whole numbers") != std::string::npos);
  CHECK(refused(checkpoint, {{"decoder", {{"levels", {3, 11}}}}}).find("another number of levels") != std::string::npos);
  CHECK(refused(checkpoint, {{"tasks", {{{"name", "age_morph2"}}}}}).find("incomplete") != std::string::npos);
}

TEST_CASE("numbers that no training leaves in weights are refused by their tensor's name", "[weights]") {
  const Folder folder;
  const auto model = small_model(false, tasks({"age_morph2"}));
  const auto sound = folder.path / "sound.safetensors";
  weights::save_model(sound, *model, {});
  const auto metadata = files::SafetensorsFile::open(sound).metadata();
  const auto refusal = [&](const std::string& name, const torch::Tensor& value) {
    nn::NamedTensors tensors;
    for (const auto& [key, tensor] : nn::load_tensors(sound)) tensors[key] = key == name ? value : tensor;
    const auto path = folder.path / "wrong.safetensors";
    nn::save_tensors(path, tensors, metadata);
    try {
      weights::load_model(path);
    } catch (const Error& error) {
      CHECK(error.where() == path.string());
      CHECK(error.summary().find("\"" + name + "\"") != std::string::npos);
      return error.code();
    }
    return ErrorCode::internal;
  };
  const std::string name = "backbone.position_embedding";
  const auto value = nn::load_tensors(sound).at(name).clone();
  for (const double wrong : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto spoilt = value.clone();
    spoilt.view(-1)[3] = wrong;
    CHECK(refusal(name, spoilt) == ErrorCode::format);
    CHECK(refusal(name, spoilt.to(torch::kFloat16)) == ErrorCode::format);
  }
  CHECK(refusal(name, value.to(torch::kFloat64).fill_(1e300)) == ErrorCode::format);  // infinite in 32 bits
  // Quantized, without the scale.
  CHECK(refusal(name, value.mul(100).to(torch::kInt8)) == ErrorCode::unsupported);
  CHECK(refusal(name, value.to(torch::kInt64)) == ErrorCode::unsupported);
}
