#include <fmt/format.h>
#include <torch/torch.h>
#include <unistd.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/json.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/weights/load_report.hpp>
#include <faceptor/weights/model_file.hpp>
#include <faceptor/weights/run_files.hpp>
#include <nlohmann/json.hpp>

#include "common.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct ConvertOptions {
  std::string in, out, to, dtype = "fp32", config, licence, source, description;
  Step step;
};

nlohmann::json read_config(const std::string& path) {
  if (path.empty()) return nullptr;
  constexpr std::uint64_t kLargest = std::uint64_t{16} << 20;
  auto config = parse_json(files::read_file(path, "convert: the configuration", kLargest), "convert", path);
  if (!config.is_object()) throw Error(ErrorCode::format, "convert: the configuration is not a JSON object").where(path);
  return config;
}

/// A file beside the one to be written, until what it holds has been read back.
class Draft {
 public:
  explicit Draft(const fs::path& target)
      : path(target.parent_path() / fmt::format(".{}.{}.unchecked", target.filename().string().substr(0, 220), ::getpid())) {}
  ~Draft() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const fs::path path;
};

/// Reads a file that was just written. @throws Error(mismatch) if it isn't the model that was meant
void expect_readable(const fs::path& path, const weights::LoadedModel& meant, const nlohmann::json& config, bool published, bool exact) {
  const auto refuse = [](const std::string& why) {
    return Error(ErrorCode::mismatch, "convert: nothing is written, since it could not be read back").found(why);
  };
  const auto numbers = [](const FaceModel& model) { return nn::content_hash(weights::state_of(model.module())); };
  weights::LoadedModel read;
  try {
    read = weights::load_model(path, config);
  } catch (const Error& e) {
    auto why = e.summary();
    if (!e.expected().empty()) why += ", expected " + e.expected();
    const char* hint = "published checkpoints hold the published models' tasks and parts only; a .safetensors file holds every model";
    throw refuse(why).hint(published ? hint : "");
  }
  if (read.model->tasks().names() != meant.model->tasks().names()) throw refuse("other tasks");
  if (read.model->config() != meant.model->config()) {
    throw refuse("another architecture, since published checkpoints don't tell it").hint("write a .safetensors file, which tells it");
  }
  if (exact && numbers(*read.model) != numbers(*meant.model)) throw refuse("other numbers");
}

int convert(const Common& common, const ConvertOptions& chosen) {
  auto to = chosen.to;
  if (to.empty()) to = name_end(chosen.out) == ".safetensors" ? "faceptor" : "published";
  if (to == "published" && chosen.dtype != "fp32") throw CLI::ValidationError("--dtype", "published checkpoints are fp32");
  Outputs outputs(common.force);
  outputs.reads(chosen.in);
  outputs.reads(chosen.config);
  outputs.writes("OUT", chosen.out, OutputKind::weights);
  outputs.check();
  const auto config = read_config(chosen.config);
  const bool run = fs::is_directory(chosen.in);
  auto loaded = weights::load_model(weights::weights_file(chosen.in, run ? chosen.step : Step()), config);
  if (chosen.step && !run) loaded.info.step = static_cast<std::int64_t>(*chosen.step);
  if (!chosen.licence.empty()) loaded.info.licence = chosen.licence;
  if (!chosen.source.empty()) loaded.info.source = chosen.source;
  if (!chosen.description.empty()) loaded.info.description = chosen.description;
  const Draft draft(chosen.out);
  try {
    if (to == "published") {
      // The published trainer asks for a step whatever it does with the file.
      weights::save_published(draft.path, *loaded.model, loaded.losses, loaded.info.step.value_or(0));
    } else {
      weights::save_model(draft.path, *loaded.model, loaded.info, weights::dtype_option(chosen.dtype), loaded.losses);
    }
  } catch (Error& e) {
    if (e.code() == ErrorCode::io) e.where(chosen.out);  // not the draft's name, which nobody gave
    throw;
  }
  expect_readable(draft.path, loaded, config, to == "published", chosen.dtype == "fp32");
  std::error_code failed;
  fs::rename(draft.path, chosen.out, failed);
  if (failed) throw Error(ErrorCode::io, "convert: the file can't be moved to its place").where(chosen.out).found(failed.message());
  say(common, fmt::format("{}: {}", chosen.in, loaded.report.to_string()));
  say(common, fmt::format("{}: {:.1f} MB (licence: {}; source: {})", chosen.out, static_cast<double>(fs::file_size(chosen.out)) / 1e6,
                          loaded.info.licence, loaded.info.source));
  return kDone;
}

}  // namespace

void add_convert(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<ConvertOptions>();
  auto* verb = add_verb(app, "convert", "published checkpoint to safetensors and back",
                        "faceptor convert checkpoint_rank0_iter_50000.pth.tar faceptor-base.safetensors --dtype fp16", common,
                        [&common, chosen] { return convert(common, *chosen); });
  verb->add_option("in", chosen->in, "published checkpoint, weights file, or a run's folder or checkpoint")->required();
  verb->add_option("out", chosen->out, "file to write")->required();
  verb->add_option("--step", chosen->step,
                   "of a run's folder: the checkpoint to take, by default the newest; of a file: the step to write, by default its own")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 62));
  verb->add_option("--to", chosen->to, "published or faceptor; default: by the name of the file to write")
      ->check(CLI::IsMember({"published", "faceptor"}));
  verb->add_option("--dtype", chosen->dtype, "numbers of the weights")
      ->check(CLI::IsMember({"fp32", "fp16", "bf16"}))
      ->capture_default_str();
  verb->add_option("--config", chosen->config, "JSON with what a checkpoint can't tell: backbone.heads, decoder.heads, image sides");
  verb->add_option("--licence", chosen->licence, "licence to write into the file; default: what the checkpoint's source says");
  verb->add_option("--source", chosen->source, "source to write into the file");
  verb->add_option("--description", chosen->description, "what else is to be known of the weights, such as when they were trained");
}

}  // namespace faceptor::program
