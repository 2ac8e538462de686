#include <faceptor/model/model_kinds.hpp>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/published/tasks.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

TaskList ages() {
  TaskList tasks;
  tasks.add(published::age_morph2());
  return tasks;
}

nlohmann::json config_of(const char* kind) {
  return {{"kind", kind},
          {"backbone", VitOptions(32, 2, 2, 16).image_side(32).to_json()},
          {"decoder", decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(16).layers(1).levels({1}).to_json()},
          {"attribute_hidden", 32}};
}

}  // namespace

TEST_CASE("a model is made of its kind, and its configuration makes it again", "[model][model_kinds]") {
  const auto faceptor = make_model(config_of("faceptor"), ages()), naive = make_model(config_of("naive_faceptor"), ages());
  CHECK(dynamic_cast<FaceptorImpl*>(faceptor.get()) != nullptr);
  CHECK(dynamic_cast<NaiveFaceptorImpl*>(naive.get()) != nullptr);
  for (const auto& model : {faceptor, naive}) {
    const auto again = make_model(model->config(), model->tasks());
    CHECK(again->config() == model->config());
    CHECK(count_parameters(again->module()).total == count_parameters(model->module()).total);
  }
}

TEST_CASE("a kind of one's own is made by its name", "[model][model_kinds]") {
  register_model_kind("test_kind", [](const nlohmann::json& config, const BackboneFactory&, const TaskList& tasks) {
    CHECK(config["more"] == 7);
    auto plain = config_of("naive_faceptor");
    return make_model(plain, tasks);
  });
  auto config = config_of("test_kind");
  config["more"] = 7;
  CHECK(make_model(config, ages())->tasks().size() == 1);
}

TEST_CASE("configurations that make no model are refused", "[model][model_kinds]") {
  const auto code = [](const nlohmann::json& config) { return error_of([&] { make_model(config, ages()); }).code(); };
  CHECK(code(nlohmann::json::array()) == ErrorCode::format);
  CHECK(code({{"kind", "faceptor"}}) == ErrorCode::format);
  auto config = config_of("faceptor");
  config["kind"] = 3;
  CHECK(code(config) == ErrorCode::format);
  config = config_of("naive_faceptor");
  config["dense_channels"] = "many";
  CHECK(code(config) == ErrorCode::format);
  const auto unknown = error_of([] { make_model(config_of("faceptr"), ages()); });
  CHECK(unknown.code() == ErrorCode::unsupported);
  CHECK(unknown.hint().find("\"faceptor\"") != std::string::npos);
}
