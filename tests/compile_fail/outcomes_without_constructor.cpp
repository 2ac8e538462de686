// expect: a protocol needs a constructor from
// A protocol is made for a task and a set.
#include <faceptor/evaluate/make_outcomes.hpp>

namespace evaluate = faceptor::evaluate;

struct Row {
  std::size_t index = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Row, index)

struct Mine : evaluate::RowOutcomes<Row> {
  using RowOutcomes::add;
  void add(const faceptor::TaskResult&, const faceptor::loading::EvaluationSample& sample) override { rows_.push_back({sample.index}); }
  double error(std::size_t) const override { return 0; }
  std::vector<evaluate::Figure> figures(std::span<const std::size_t>) const override { return {}; }
  nlohmann::json details() const override { return {}; }
};

void make() { evaluate::register_outcomes<Mine>("mine"); }
