# Law against law: the mean error of the loss on schedules that were not fitted, after the same fit.
# Published curves of two models, fitted to three, two or one curve and judged on six others; small
# networks (median over seeds, fitted to two); the exact recursion (its label noise counted as loss).
set logscale y
set ylabel "mean error on unseen schedules (nats)"
laws = "power linear_rate annealing annealing_refit multi_power functional momentum"
titles = "'power law' 'λ = 0' 'annealing' 'annealing, λ fitted' 'multi-power' 'functional' 'momentum'"
place(law) = sum [k = 1:words(laws)] (word(laws, k) eq law ? k : 0)
set xrange [0.4:words(laws) + 0.6]
set xtics ()
do for [k = 1:words(laws)] { set xtics add (word(titles, k) k) }
set xtics rotate by 18 right noenhanced
set key outside right center samplen 1.2
x(shift) = place(strcol("law")) ? place(strcol("law")) + shift : NaN
is(study, data, fitted) = strcol("schedule") eq "unseen" && strcol("study") eq study && strstrt(strcol("data"), data) == 1 && strcol("fitted") eq fitted
y(study, data, fitted) = is(study, data, fitted) ? column("mae_median") : NaN
file = dir."/summary.csv"
plot file using (x(-0.3)):(y("public", "25M", "three")) with points linetype 1 title "25M, three curves", \
     file using (x(-0.2)):(y("public", "25M", "two")) with points linetype 1 pointtype 6 title "25M, two", \
     file using (x(-0.1)):(y("public", "25M", "one")) with points linetype 1 pointtype 2 title "25M, cosine only", \
     file using (x(0)):(y("public", "100M", "three")) with points linetype 2 title "100M, three curves", \
     file using (x(0.1)):(y("public", "100M", "two")) with points linetype 2 pointtype 4 title "100M, two", \
     file using (x(0.2)):(y("public", "100M", "one")) with points linetype 2 pointtype 2 title "100M, cosine only", \
     file using (x(0.3)):(y("curves", "", "two")):(is("curves", "", "two") ? column("mae_q10") : NaN):(is("curves", "", "two") ? column("mae_q90") : NaN) with yerrorbars linetype 3 title "own networks", \
     file using (x(0.4)):(y("recursion", "", "two")) with points linetype 4 title "recursion"
