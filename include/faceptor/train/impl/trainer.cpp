#include <faceptor/core/error.hpp>
#include <faceptor/train/trainer.hpp>

namespace faceptor::train {

Trainer::Trainer(Learner& learner, loading::StepSource& source, TrainerOptions options, std::shared_ptr<Communicator> processes)
    : learner_(learner), source_(source), options_(std::move(options)), processes_(std::move(processes)) {
  check_schedule(options_.schedule);
  if (options_.folder.empty()) throw Error(ErrorCode::argument, "train: a run needs a folder");
  for (const auto& [name, value] : {std::pair{"accumulation", options_.accumulation},
                                    {"log_every", options_.log_every},
                                    {"checkpoint_every", options_.checkpoint_every},
                                    {"patience", options_.patience}}) {
    if (value < 1) throw Error(ErrorCode::argument, "train: an option is out of range").where(name).expected("at least 1").found("0");
  }
  if (options_.steps_before > options_.schedule.steps) {
    throw Error(ErrorCode::argument, "train: more steps are done already than the run is long")
        .where("steps")
        .expected("at least " + std::to_string(options_.steps_before))
        .found(std::to_string(options_.schedule.steps));
  }
  if (!processes_) processes_ = std::make_shared<SingleProcess>();
}

Trainer& Trainer::on_step(std::function<void(const StepReport&)> hook) {
  on_step_ = std::move(hook);
  return *this;
}

Trainer& Trainer::on_checkpoint(std::function<void(std::uint64_t, const std::filesystem::path&)> hook) {
  on_checkpoint_ = std::move(hook);
  return *this;
}

Trainer& Trainer::on_evaluate(std::function<void(std::uint64_t, const nlohmann::ordered_json&)> hook) {
  on_evaluate_ = std::move(hook);
  return *this;
}

Trainer& Trainer::evaluate_with(std::function<nlohmann::ordered_json(FaceModel&)> evaluate) {
  evaluate_ = std::move(evaluate);
  return *this;
}

Trainer& Trainer::draw_with(std::function<std::vector<std::pair<std::string, Image>>(FaceModel&, const loading::StepBatch&)> draw) {
  draw_ = std::move(draw);
  return *this;
}

Trainer& Trainer::stop_when(std::function<bool()> stop) {
  stop_ = std::move(stop);
  return *this;
}

}  // namespace faceptor::train
