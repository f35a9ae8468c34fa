"""What the papers report, and why it can or cannot be set beside ours; read by hand."""

FIGURES = {
    "knn": (
        "The paper, on 20 genres of 35,000 films: ML-KNN (k = 40, 2,800 posters of 100x150) "
        "all match 7.8%, at least one 34.3%, binary accuracy .883; one-versus-rest 9.7%, 35.4%, "
        ".882; ResNet-34 (28,000 posters, 50 epochs) 12.5%, 38.3%, .906, Hamming loss .094; its "
        "random baseline gets one genre right for 12.3%. Its table of the custom CNN repeats two "
        "rows of its ML-KNN table exactly, an apparent copying error, and is not compared."
    ),
    "score": (
        "The paper: score accuracy 66% in five bins; genres mAP .125 and mean AUC .661 for the "
        "plain network, .220 / .720 with positive weights, .231 / .729 with warm-up, .248 / .722 "
        "with AdamW. The best mAP and the best AUC are different rows."
    ),
    "bandit": (
        "The paper, on 81,000 films of IMDb: micro F1 .35 with eighteen genres, .33 with the six, "
        ".39 after its cut of Drama, and .47 with the label graph behind VGG-16 "
        "(Action .45, Comedy .57, Drama .48, Horror .52, Romance .40, Thriller .33)."
    ),
    "metric": (
        "The paper: recall@1 .977 on average over genres, majority@5 .776, one genre a film, over "
        "its whole set with the training posters among the queries."
    ),
    "forty-five": "The paper: 85% accuracy on unnamed major genres, under 100 ms an image.",
}
READ = {
    "knn": (
        "Comparable in kind only: other films, 20 other genres with 2.1 on average where ours have "
        "18, and a Hamming loss or binary accuracy says little where predicting no genre at all is "
        "right for nine pairs in ten. What can be compared is the same method on our pixels."
    ),
    "score": (
        "Not comparable: the paper does not say what its majority bin alone gets, and accuracy "
        "rises with how alike the scores of the films chosen are. mAP depends on how common each "
        "genre is, so only AUC may be set beside ours, with care."
    ),
    "bandit": (
        "The six genres are the same, the films are not, and the paper cut Drama from its test "
        "posters too, which makes the others commoner. Its gain from the label graph comes from a "
        "network at a threshold of one half; with thresholds chosen on val there is less to gain."
    ),
    "metric": (
        "Not comparable: with training posters among the queries a network can learn the answers "
        "by heart. `docs/benchmarks/embedder.md` repeats the paper's own protocol, labelled so. "
        "Our primary genre is a film's rarest in training, which is harder than the first named."
    ),
    "forty-five": (
        "Not comparable until the genres are named: among the six the share of films that have the "
        "likeliest genre grows with Drama and Comedy alone, as the floors show."
    ),
}
