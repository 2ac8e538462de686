#include <fmt/format.h>
#include <torch/torch.h>

#include <faceptor/core/error.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/weights/model_file.hpp>
#include <nlohmann/json.hpp>

#include "common.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct ConvertOptions {
  std::string in, out, to, dtype = "fp32", config, licence, source, description;
};

nlohmann::json read_config(const std::string& path) {
  if (path.empty()) return nullptr;
  constexpr std::uint64_t kLargest = std::uint64_t{16} << 20;
  auto config = nlohmann::json::parse(files::read_file(path, "convert: the configuration", kLargest), nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) throw Error(ErrorCode::format, "convert: the configuration is not a JSON object").where(path);
  return config;
}

int convert(const Common& common, const ConvertOptions& chosen) {
  auto to = chosen.to;
  if (to.empty()) to = fs::path(chosen.out).extension() == ".safetensors" ? "faceptor" : "published";
  auto loaded = weights::load_model(chosen.in, read_config(chosen.config));
  if (!chosen.licence.empty()) loaded.info.licence = chosen.licence;
  if (!chosen.source.empty()) loaded.info.source = chosen.source;
  if (!chosen.description.empty()) loaded.info.description = chosen.description;
  if (to == "published") {
    if (chosen.dtype != "fp32") throw CLI::ValidationError("--dtype", "published checkpoints are fp32");
    weights::save_published(chosen.out, *loaded.model, loaded.losses);
  } else {
    weights::save_model(chosen.out, *loaded.model, loaded.info, weights::dtype_option(chosen.dtype), loaded.losses);
  }
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
  verb->add_option("in", chosen->in, "published checkpoint or weights file")->required();
  verb->add_option("out", chosen->out, "file to write")->required();
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
