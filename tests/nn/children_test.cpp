#include <faceptor/nn/children.hpp>

#include "support/torch_catch.hpp"

namespace nn = faceptor::nn;

namespace {

struct TwoImpl : torch::nn::Cloneable<TwoImpl> {
  TwoImpl() { reset(); }
  void reset() override {
    list = register_module("list", torch::nn::ModuleList());
    dict = register_module("dict", torch::nn::ModuleDict());
    list->push_back(torch::nn::Linear(2, 3));
    list->push_back(torch::nn::Linear(3, 4));
    dict->update({{"a", torch::nn::Linear(5, 6).ptr()}});
  }
  torch::nn::ModuleList list;
  torch::nn::ModuleDict dict;
};

}  // namespace

TEST_CASE("members of containers are had by place and name, of a clone its own", "[nn][children]") {
  TwoImpl two;
  CHECK(nn::child<torch::nn::LinearImpl>(two.list, 1).weight.sizes() == at::IntArrayRef({4, 3}));
  CHECK(nn::child<torch::nn::LinearImpl>(two.dict, "a").weight.sizes() == at::IntArrayRef({6, 5}));
  const auto copy = std::dynamic_pointer_cast<TwoImpl>(two.clone());
  REQUIRE(copy != nullptr);
  nn::child<torch::nn::LinearImpl>(copy->list, 0).weight.data().zero_();
  CHECK(nn::child<torch::nn::LinearImpl>(two.list, 0).weight.abs().sum().item<float>() > 0);
  CHECK(copy->parameters().front().abs().sum().item<float>() == 0);
  CHECK_THROWS(nn::child<torch::nn::LinearImpl>(two.dict, "b"));
}
