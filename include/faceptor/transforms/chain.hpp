#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/transforms/prepared.hpp>
#include <faceptor/transforms/step.hpp>

namespace faceptor::data {

/// What is done to a sample between reading and the network: named steps, one after the other.
///
///     auto chain = transforms::published::face112_train()
///                      .without("erasing")
///                      .replace("mirror", transforms::Mirror{.probability = 0.3})
///                      .after("mirror", "dim", [](TransformState& state) { ... });
///     Prepared prepared = chain(sample, Random(seed, {epoch, index}));
///
/// A value: copies are cheap and independent, calls are const and thread-safe. Each step draws from a stream of its own, made from the
/// sample's and the step's **name**: adding, removing or changing one step leaves what the others draw as it is.
class Chain {
 public:
  Chain() = default;

  /// @throws Error  of a step that can't do its work on this sample, with the sample and the step named; when the chain doesn't end with
  ///                a normalised picture
  Prepared operator()(const Sample& sample, Random random) const;
  /// The state after all steps, for looking into a chain or for chains that end earlier. The sample must outlive it.
  TransformState run(const Sample& sample, const Random& random) const;

  /// One step more at the end, by the name its type has.
  /// @throws Error(argument)  for a type without a name, a name that is taken, a parameter out of range; so the others here too
  Chain& then(Step step) &;
  Chain&& then(Step step) && { return std::move(then(std::move(step))); }
  Chain& then(std::string name, Step step) &;
  Chain&& then(std::string name, Step step) && { return std::move(then(std::move(name), std::move(step))); }
  /// A step before or after one that is there. @throws Error(argument) also for an unknown `place`, with the nearest known one
  Chain& before(std::string_view place, std::string name, Step step) &;
  Chain&& before(std::string_view place, std::string name, Step step) && {
    return std::move(before(place, std::move(name), std::move(step)));
  }
  Chain& after(std::string_view place, std::string name, Step step) &;
  Chain&& after(std::string_view place, std::string name, Step step) && {
    return std::move(after(place, std::move(name), std::move(step)));
  }
  /// Another step under the same name, in the same place.
  Chain& replace(std::string_view name, Step step) &;
  Chain&& replace(std::string_view name, Step step) && { return std::move(replace(name, std::move(step))); }
  Chain& without(std::string_view name) &;
  Chain&& without(std::string_view name) && { return std::move(without(name)); }

  std::vector<std::string> names() const;
  bool contains(std::string_view name) const noexcept;
  /// @throws Error(argument) for an unknown name
  const Step& at(std::string_view name) const;
  std::size_t size() const noexcept { return steps_.size(); }

  /// [{"name": "mirror", "type": "mirror", "probability": 0.5}, ...]: all steps with all parameters, equal for equal chains.
  nlohmann::json describe() const;
  /// The same for people: "crop(...), mirror(probability 0.5), ...", one step a line.
  std::string text() const;

 private:
  struct Named {
    std::string name;
    Step step;
  };

  std::size_t index_of(std::string_view name) const;
  void insert(std::size_t place, std::string name, Step step);

  std::vector<Named> steps_;
};

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/chain.cpp>
#endif
