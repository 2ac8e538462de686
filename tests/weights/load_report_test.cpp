#include <faceptor/weights/load_report.hpp>

#include <faceptor/core/error.hpp>

#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::nn;
using namespace faceptor::weights;

TEST_CASE("weights are loaded whole or not at all when strict", "[weights][load_report]") {
  torch::nn::Linear module(3, 2);
  const auto before = module->weight.clone();
  const NamedTensors good{{"weight", torch::ones({2, 3})}, {"bias", torch::zeros({2}, torch::kFloat64)}};
  for (const auto& wrong :
       {NamedTensors{{"weight", torch::ones({2, 3})}}, NamedTensors{{"weight", torch::ones({3, 2})}, {"bias", torch::zeros({2})}},
        NamedTensors{{"weight", torch::ones({2, 3})}, {"bias", torch::zeros({2})}, {"more", torch::zeros({2})}}}) {
    try {
      load_into(*module, wrong);
      FAIL_CHECK("it was loaded");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::mismatch);
    }
    CHECK(torch::equal(module->weight, before));
  }
  const auto report =
      load_into(*module, {{"weight", torch::ones({3, 2})}, {"bias", torch::ones({2})}, {"more", torch::ones({1})}}, Strictness::lenient);
  CHECK(report.loaded == std::vector<std::string>{"bias"});
  CHECK(report.unexpected == std::vector<std::string>{"more"});
  REQUIRE(report.mismatched.size() == 1);
  CHECK(report.mismatched[0].found == std::vector<std::int64_t>{3, 2});
  CHECK(report.to_json()["missing"].empty());
  CHECK(report.to_string().find("1 unexpected (more)") != std::string::npos);
  CHECK(torch::equal(module->weight, before));
  CHECK(load_into(*module, good).complete());
  CHECK(module->weight.sum().item<float>() == 6.0f);
  CHECK(module->bias.scalar_type() == torch::kFloat32);
  torch::nn::BatchNorm1d norm(2);
  CHECK(state_of(*norm).count("running_mean") == 1);
}

TEST_CASE("a report is one line of counts and first names", "[weights][load_report]") {
  LoadReport report;
  report.loaded = {"a", "b"};
  CHECK(report.complete());
  CHECK(report.to_string() == "2 loaded");
  report.missing = {"c", "d", "e", "f"};
  report.mismatched = {{"g", {2, 3}, {3, 2}}};
  CHECK_FALSE(report.complete());
  CHECK(report.to_string() == "2 loaded, 4 missing (c, d, e, ...), 1 of another shape (g: expected [2, 3], found [3, 2])");
  CHECK(report.to_json()["mismatched"][0]["expected"] == nlohmann::json{2, 3});
}
